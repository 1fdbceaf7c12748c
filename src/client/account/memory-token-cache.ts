import type { TokenCache } from '../../core/account/token-cache.js';

/** One process's cache: each process asks WeChat for itself, at most once in about two hours. */
export function memoryTokenCache(now: () => number = Date.now): TokenCache {
  const entries = new Map<string, { value: string; until: number }>();
  const get = (key: string): string | undefined => {
    const entry = entries.get(key);
    return entry && now() < entry.until ? entry.value : undefined;
  };
  const set = (key: string, value: string, lifetime: number): void => {
    entries.set(key, { value, until: now() + lifetime });
  };
  return {
    get,
    set,
    claim(key, lifetime) {
      if (get(`claim ${key}`) !== undefined) return false;
      set(`claim ${key}`, '1', lifetime);
      return true;
    },
    release: (key) => void entries.delete(`claim ${key}`),
  };
}
