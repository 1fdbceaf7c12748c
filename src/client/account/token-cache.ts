/**
 * Where access token and ticket of an account are kept, so that all processes of a shop share one: WeChat gives out few.
 * Any method may throw; that is reported as `ERR_WXPAY_STORE_FAILED`.
 */
export interface TokenCache {
  get(key: string): Promise<string | null | undefined> | string | null | undefined;
  /** Forgets the value after so many seconds. */
  set(key: string, value: string, seconds: number): Promise<unknown> | unknown;
  /** `true` for one caller only, until `release` or so many seconds later: the one who asks WeChat while others wait. */
  claim(key: string, seconds: number): Promise<boolean> | boolean;
  release(key: string): Promise<unknown> | unknown;
}

/** One process's cache: each process asks WeChat for itself, at most once in about two hours. */
export function memoryTokenCache(now: () => number = () => Math.floor(Date.now() / 1000)): TokenCache {
  const entries = new Map<string, { value: string; until: number }>();
  const get = (key: string): string | undefined => {
    const entry = entries.get(key);
    return entry && now() < entry.until ? entry.value : undefined;
  };
  const set = (key: string, value: string, seconds: number): void => {
    entries.set(key, { value, until: now() + seconds });
  };
  return {
    get,
    set,
    claim(key, seconds) {
      if (get(`claim ${key}`) !== undefined) return false;
      set(`claim ${key}`, '1', seconds);
      return true;
    },
    release: (key) => void entries.delete(`claim ${key}`),
  };
}
