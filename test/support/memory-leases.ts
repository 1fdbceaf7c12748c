import type { LeaseStore } from '../../src/once/lease.js';

interface Entry {
  state: 'held' | 'free' | 'done';
  fingerprint: string;
  attempt: number;
  until: number;
}

/** The smallest lease store: a map, and a clock of its own. */
export function memoryLeases(now: () => number = () => performance.now()): LeaseStore {
  const entries = new Map<string, Entry>();
  const held = (key: string, fence: string): Entry | undefined => {
    const entry = entries.get(key);
    return entry?.state === 'held' && fence === String(entry.attempt) ? entry : undefined;
  };
  return {
    async claim(key, fingerprint, leaseTime) {
      const entry = entries.get(key);
      if (entry?.state === 'done') {
        return entry.fingerprint === fingerprint ? { state: 'done' } : { state: 'conflict', stored: entry.fingerprint };
      }
      if (entry?.state === 'held' && entry.until > now()) return { state: 'busy', retryAfter: 1 };
      const attempt = (entry?.attempt ?? 0) + 1;
      entries.set(key, { state: 'held', fingerprint, attempt, until: now() + leaseTime });
      return { state: 'acquired', fence: String(attempt), attempt };
    },
    async renew(key, fence, leaseTime) {
      const entry = held(key, fence);
      if (entry) entry.until = now() + leaseTime;
      return entry !== undefined;
    },
    async complete(key, fence) {
      const entry = held(key, fence);
      if (entry) entry.state = 'done';
      return entry !== undefined;
    },
    async release(key, fence) {
      const entry = held(key, fence);
      if (entry) entry.state = 'free';
      return entry !== undefined;
    },
  };
}
