import type { SignedCookies } from './cookies.js';
import {
  isOpen,
  MAX_PENDING,
  MAX_RECORD_BYTES,
  readRecord,
  STATE_LIFETIME,
  type StateRecord,
  writeRecord,
} from './state.js';

/** The authorizations this browser has begun: one cookie each, so that two pages opened at once do not overwrite each other's. */
export interface Records {
  all(): StateRecord[];
  put(record: StateRecord): void;
  forget(record: StateRecord): void;
}

export function stateRecords(cookies: SignedCookies, name: string, base: string, now: number): Records {
  const prefix = `${name}_s`;
  const nameOf = ({ state }: StateRecord): string => prefix + state.slice(0, 8);
  const size = (record: StateRecord): number => nameOf(record).length + writeRecord(record).length + 50;
  const all = (): StateRecord[] =>
    [...cookies.find(prefix).values()]
      .map((value) => readRecord(value, base))
      // twice the lifetime: an authorization that took too long is begun again, not taken for a stranger's
      .filter((record) => record !== null)
      .filter((record) => Math.abs(now - record.issued) <= 2 * STATE_LIFETIME)
      .sort((a, b) => b.issued - a.issued);
  return {
    all,
    put(record) {
      let bytes = size(record);
      // what is still open outlives what is over, the young outlive the old
      const others = all()
        .filter(({ state }) => state !== record.state)
        .sort((a, b) => Number(isOpen(b, now)) - Number(isOpen(a, now)));
      others.forEach((other, index) => {
        bytes += size(other);
        if (index + 1 >= MAX_PENDING || bytes > MAX_RECORD_BYTES) cookies.remove(nameOf(other));
      });
      cookies.set(nameOf(record), writeRecord(record), 2 * STATE_LIFETIME);
    },
    forget: (record) => cookies.remove(nameOf(record)),
  };
}
