import { createHmac } from 'node:crypto';
import type { Context } from 'koa';
import { equalText } from '../../core/crypto/digest.js';
import { WxpayError } from '../../core/errors.js';
import { toUnixSeconds } from '../../util/clock.js';
import type { ResolvedOAuth } from './options.js';

/** Cookies that are signed with `app.keys`, HttpOnly and SameSite=Lax, and Secure if `origin` is https. */
export interface SignedCookies {
  /** Names and values of all cookies whose name begins with `prefix` and whose signature is right. */
  find(prefix: string): Map<string, string>;
  /** @param maxAge milliseconds */
  set(name: string, value: string, maxAge: number): void;
  remove(name: string): void;
}

/**
 * Writes the headers itself instead of using `ctx.cookies`, which refuses `Secure` on the plain socket behind a proxy, keeps
 * every name it was asked for in memory, and needs a second cookie for each signature.
 *
 * @throws {WxpayError} `ERR_WXPAY_MOUNT` when the application has no keys
 */
export function signedCookies(ctx: Context, { secure, cookie }: ResolvedOAuth): SignedCookies {
  const keys = keyring(ctx);
  const attributes = [`Path=${cookie.path}`, cookie.domain && `Domain=${cookie.domain}`, secure && 'Secure']
    .filter(Boolean)
    .concat('HttpOnly', 'SameSite=Lax')
    .join('; ');
  const write = (name: string, value: string, maxAge: number): void =>
    ctx.append('Set-Cookie', `${name}=${value}; Max-Age=${toUnixSeconds(maxAge)}; ${attributes}`);
  return {
    find(prefix) {
      const found = new Map<string, string>();
      for (const pair of (ctx.req.headers.cookie ?? '').split(';')) {
        const [, name, value, signature] = /^[ \t]*([^=\s]+)=([\w-]+)\.([\w-]+)[ \t]*$/.exec(pair) ?? [];
        if (!name?.startsWith(prefix) || !value || !signature || found.has(name)) continue;
        if (keys.verify(covered(name, value), signature)) found.set(name, value);
      }
      return found;
    },
    set: (name, value, maxAge) => write(name, `${value}.${keys.sign(covered(name, value))}`, maxAge),
    remove: (name) => write(name, '', 0),
  };
}

// The name is signed too, so that no cookie is taken for another one. The first word separates these signatures from others
// that the host makes with the same keys.
const covered = (name: string, value: string): string => `koa-wxpay ${name}=${value}`;

interface Keyring {
  sign(data: string): string;
  verify(data: string, signature: string): boolean;
}

/** The first key signs and all keys verify, so that keys can be changed while users are logged in. */
function keyring({ app: { keys } }: Context): Keyring {
  if (keys && !Array.isArray(keys) && typeof keys.sign === 'function') return keys;
  const all = (Array.isArray(keys) ? keys : []) as unknown[];
  const [first] = all as string[];
  // With an empty key anybody can make a signature, wherever it stands in the list.
  if (first === undefined || !all.every((key) => typeof key === 'string' && key !== '')) {
    throw new WxpayError(
      'ERR_WXPAY_MOUNT',
      `wxOAuth signs its cookies: set app.keys = [a long random secret] on the application that listens${first === undefined ? '' : '; one of its keys is empty or no text'}`,
    );
  }
  const digest = (key: string, data: string): string => createHmac('sha256', key).update(data).digest('base64url');
  return {
    sign: (data) => digest(first, data),
    verify: (data, signature) => (all as string[]).some((key) => equalText(digest(key, data), signature)),
  };
}
