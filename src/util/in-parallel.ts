/**
 * Runs `work` for each of `items`, at most `most` at a time, and reads no further ahead than that.
 * A run that resolves to `'stop'` ends the reading. After a failure nothing more is read, and the
 * failure is thrown when the running work has settled.
 */
export async function inParallel<T>(
  items: AsyncIterable<T> | Iterable<T>,
  most: number,
  work: (item: T) => Promise<'stop' | undefined>,
): Promise<void> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let over = false;
  // An async generator queues calls of next(), but other iterators may not: call it once at a time.
  let reading: Promise<unknown> = Promise.resolve();
  const read = (): Promise<IteratorResult<T>> => {
    const next = reading.then(() => (over ? { done: true as const, value: undefined } : iterator.next()));
    reading = next.catch(() => {});
    return next;
  };
  const lane = async (): Promise<void> => {
    try {
      for (let item = await read(); !item.done; item = await read()) {
        if ((await work(item.value)) === 'stop') over = true;
        // Work that never waits must not hold up timers, requests and signals of the process.
        await new Promise(setImmediate);
      }
    } finally {
      over = true;
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: most }, lane));
  await iterator.return?.();
  for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
}
