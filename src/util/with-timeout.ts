/** What `withTimeout` answers when it stopped waiting. */
export const TIMED_OUT: unique symbol = Symbol('timed out');

/** What `promise` becomes, or `TIMED_OUT` once `ms` have passed or `signal` is aborted. The promise itself is not stopped. */
export async function withTimeout<T>(
  ms: number,
  signal: AbortSignal | undefined,
  promise: Promise<T>,
): Promise<T | typeof TIMED_OUT> {
  let stopWaiting = (): void => {};
  const impatience = new Promise<typeof TIMED_OUT>((resolve) => {
    stopWaiting = () => resolve(TIMED_OUT);
  });
  const timer = setTimeout(stopWaiting, Math.max(0, ms));
  signal?.addEventListener('abort', stopWaiting);
  if (signal?.aborted) stopWaiting();
  try {
    return await Promise.race([promise, impatience]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stopWaiting);
  }
}
