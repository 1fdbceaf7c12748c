import { STATE_LIFETIME } from './state.js';

const MAX_REMEMBERED = 50_000;

/** Gives each state one exchange: the browser's own cookie cannot forget a state before the answer leaves, this does. */
export interface Exchanges<T> {
  /**
   * Forgets the state, then runs `exchange`. A callback that comes while it runs (WeChat calls back twice) gets the same
   * result; one that comes later gets `'spent'`.
   */
  once(state: string, exchange: () => Promise<T>): Promise<T> | 'spent';
}

/** Remembered in this process; in another one, a second callback meets a code that WeChat exchanges once only. */
export function exchanges<T>(now: () => number): Exchanges<T> {
  const seen = new Map<string, { at: number; running: Promise<T> | undefined }>();
  return {
    once(state, exchange) {
      const known = seen.get(state);
      if (known) return known.running ?? 'spent';
      const at = now();
      for (const [old, entry] of seen) {
        if (at - entry.at <= 2 * STATE_LIFETIME && seen.size < MAX_REMEMBERED) break;
        seen.delete(old);
      }
      const entry: { at: number; running: Promise<T> | undefined } = { at, running: undefined };
      seen.set(state, entry);
      entry.running = exchange().finally(() => {
        entry.running = undefined;
      });
      return entry.running;
    },
  };
}
