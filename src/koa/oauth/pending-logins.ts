import type { SignedCookies } from './cookies.js';
import { isOpen, type Login, MAX_LOGIN_BYTES, MAX_PENDING, readLogin, STATE_LIFETIME, writeLogin } from './state.js';

/** The logins that this browser has begun, each in a cookie of its own: two pages opened at once do not overwrite each other's. */
export interface PendingLogins {
  all(): Login[];
  put(login: Login): void;
  forget(login: Login): void;
}

export function pendingLogins(cookies: SignedCookies, name: string, base: string, now: number): PendingLogins {
  const prefix = `${name}_s`;
  const nameOf = ({ state }: Login): string => prefix + state.slice(0, 8);
  const size = (login: Login): number => nameOf(login).length + writeLogin(login).length + 50;
  const all = (): Login[] =>
    [...cookies.find(prefix).values()]
      .map((value) => readLogin(value, base))
      .filter((login) => login !== null)
      // Twice the lifetime: a login that took too long is begun again instead of being refused as another browser's.
      .filter((login) => Math.abs(now - login.issued) <= 2 * STATE_LIFETIME)
      .sort((a, b) => b.issued - a.issued);
  return {
    all,
    put(login) {
      let bytes = size(login);
      // Where there is no room, logins that are finished go first, and older ones before younger ones.
      const others = all()
        .filter(({ state }) => state !== login.state)
        .sort((a, b) => Number(isOpen(b, now)) - Number(isOpen(a, now)));
      others.forEach((other, index) => {
        bytes += size(other);
        if (index + 1 >= MAX_PENDING || bytes > MAX_LOGIN_BYTES) cookies.remove(nameOf(other));
      });
      cookies.set(nameOf(login), writeLogin(login), 2 * STATE_LIFETIME);
    },
    forget: (login) => cookies.remove(nameOf(login)),
  };
}
