/** The result of {@link withTimeout} when it stopped waiting. */
export const TIMED_OUT: unique symbol = Symbol('timed out');

/**
 * Waits for `promise` for `timeout` milliseconds at most, or until `signal` is aborted, and then
 * resolves to `TIMED_OUT`. The work behind the promise goes on.
 */
export async function withTimeout<T>(
  promise: Promise<T>,
  timeout: number,
  signal?: AbortSignal,
): Promise<T | typeof TIMED_OUT> {
  let stopWaiting = (): void => {};
  const timedOut = new Promise<typeof TIMED_OUT>((resolve) => {
    stopWaiting = () => resolve(TIMED_OUT);
  });
  const timer = setTimeout(stopWaiting, Math.max(0, timeout));
  signal?.addEventListener('abort', stopWaiting);
  if (signal?.aborted) stopWaiting();
  try {
    return await Promise.race([promise, timedOut]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stopWaiting);
  }
}
