/**
 * Runs `work` over what `items` yields, at most `most` at a time, reading no further ahead than that. `'stop'` reads no more. The
 * first failure ends it once what is under way has settled.
 */
export async function inParallel<T>(
  items: AsyncIterable<T> | Iterable<T>,
  most: number,
  work: (item: T) => Promise<'stop' | undefined>,
): Promise<void> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let over = false;
  // an async generator answers next() in turn, any other iterator may not: one question at a time
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
