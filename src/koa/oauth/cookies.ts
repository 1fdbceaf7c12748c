import type { Context } from 'koa';
import { toUnixSeconds } from '../../util/clock.js';
import { keyringOf } from '../keyring.js';
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
  const keys = keyringOf(ctx, 'wxOAuth signs its cookies');
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
