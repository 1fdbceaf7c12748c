import { STATE_LIFETIME } from './state.js';

const MAX_REMEMBERED = 50_000;

/**
 * The states whose code has been exchanged, so that none is exchanged twice. The cookie of a browser cannot be changed before
 * the answer leaves, and WeChat calls back twice within that time.
 */
export interface UsedStates<T> {
  /**
   * Marks the state as used, then runs `exchange`. A callback that arrives meanwhile gets the same result, and one that arrives
   * later gets `'spent'`.
   */
  use(state: string, exchange: () => Promise<T>): Promise<T> | 'spent';
}

/** Remembered in this process. In another one, a second callback brings a code that WeChat exchanges only once. */
export function usedStates<T>(now: () => number): UsedStates<T> {
  const used = new Map<string, { at: number; running: Promise<T> | undefined }>();
  return {
    use(state, exchange) {
      const known = used.get(state);
      if (known) return known.running ?? 'spent';
      const at = now();
      for (const [old, entry] of used) {
        if (at - entry.at <= 2 * STATE_LIFETIME && used.size < MAX_REMEMBERED) break;
        used.delete(old);
      }
      const entry: { at: number; running: Promise<T> | undefined } = { at, running: undefined };
      used.set(state, entry);
      entry.running = exchange().finally(() => {
        entry.running = undefined;
      });
      return entry.running;
    },
  };
}
