import type { TokenCache } from '../../core/account/token-cache.js';
import { WxpayError } from '../../core/errors.js';
import { pause, SECOND } from '../../util/clock.js';
import { singleFlight } from '../../util/single-flight.js';

const HOLD = 15 * SECOND;
const LONGEST_WAIT = 3 * SECOND;
const POLL_EVERY = 50;

/** The cached value, or a fresh one which one caller fetches while the others, on other machines too, wait for it. */
export type Shared = (
  key: string,
  fetch: () => Promise<{ value: string; lifetime: number }>,
  /** A value that turned out bad: whatever the cache holds, it is not this. */
  refused?: string,
) => Promise<string>;

export function sharing(cache: TokenCache): Shared {
  const fetches = singleFlight<string, string>();
  const ask = <T>(call: () => Promise<T> | T): Promise<T> =>
    Promise.resolve()
      .then(call)
      .catch((error) => {
        // the error itself is left behind: those of Redis hold the command, and that the token
        const reason = error instanceof Error ? error.message : String(error);
        throw new WxpayError('ERR_WXPAY_STORE_FAILED', `the token cache failed: ${reason}`, { status: 503 });
      });
  const cached = async (key: string, refused?: string): Promise<string | undefined> => {
    const value = await ask(() => cache.get(key));
    return value && value !== refused ? value : undefined;
  };
  const awaitOther = async (key: string, refused?: string): Promise<string | undefined> => {
    for (let waited = 0; waited < LONGEST_WAIT; waited += POLL_EVERY) {
      await pause(POLL_EVERY);
      const value = await cached(key, refused);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const obtain: Shared = async (key, fetch, refused) => {
    const known = await cached(key, refused);
    if (known !== undefined) return known;
    const mine = await ask(() => cache.claim(key, HOLD));
    // it may have arrived between the look and the claim; and who holds the claim may have died, so waiting ends
    const late = mine ? await cached(key, refused) : await awaitOther(key, refused);
    try {
      if (late !== undefined) return late;
      const { value, lifetime } = await fetch();
      await ask(() => cache.set(key, value, lifetime));
      return value;
    } finally {
      // a claim that cannot be given back lapses by itself
      if (mine) await ask(() => cache.release(key)).catch(() => undefined);
    }
  };
  return (key, fetch, refused) => fetches.run(`${key} ${refused ?? ''}`, () => obtain(key, fetch, refused));
}
