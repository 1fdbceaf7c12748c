/**
 * Every moment and duration of this package is in milliseconds. Only what crosses the wire is in
 * seconds.
 */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Converts a moment to the form WeChat uses: whole seconds since 1970. */
export const toUnixSeconds = (now: number): number => Math.floor(now / SECOND);

/** Waits for this many milliseconds, or until `signal` is aborted. */
export const pause = (duration: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(end, duration);
    signal?.addEventListener('abort', end, { once: true });
    function end(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    }
  });
