import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { Context, Middleware } from 'koa';
import { type Client, mayTry, WINDOW, wasRight } from './guesses.js';
import type { Shop } from './shop.js';

/**
 * Asks for the owner's key (as the password of a Basic login); a demo without a key is open. Wrong keys are counted by address,
 * and for a browser that was let in before by that browser, so that the guesses of others do not lock the owner out.
 */
export function ownerOnly({ db, ownerKey, wechat, wxpay }: Shop): Middleware {
  const secure = wechat.origin.startsWith('https:');
  return async (ctx, next) => {
    ctx.set('Cache-Control', 'no-store');
    if (ownerKey === undefined) return next();
    const key = keyOf(ctx);
    if (key === undefined) return ask(ctx);
    const client = clientOf(ctx);
    if (!(await mayTry(db, client, new Date(wxpay.now())))) {
      return ctx.throw(429, { headers: { 'Retry-After': String(WINDOW / 1000) } });
    }
    if (!isEqual(key, ownerKey)) return ask(ctx);
    await wasRight(db, client);
    if (!client.known) remember(ctx, secure);
    await next();
  };
}

const ask = (ctx: Context): never =>
  ctx.throw(401, { headers: { 'WWW-Authenticate': 'Basic realm="owner", charset="UTF-8"' } });

function keyOf(ctx: Context): string | undefined {
  const [, encoded] = /^Basic (.*)$/i.exec(ctx.get('Authorization')) ?? [];
  if (encoded === undefined) return undefined;
  return Buffer.from(encoded, 'base64')
    .toString()
    .replace(/^[^:]*:/, '');
}

/** As digests: `timingSafeEqual` wants equal lengths, and the length of the key must not show. */
function isEqual(key: string, ownerKey: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(key), digest(ownerKey));
}

const COOKIE = 'owner_browser';

function clientOf(ctx: Context): Client {
  const browser = ctx.cookies.get(COOKIE, { signed: true });
  return browser ? { name: `browser ${browser}`, known: true } : { name: `address ${addressOf(ctx)}`, known: false };
}

/** Signed with the key of the login cookies. It opens nothing: it only says under whose name guesses are counted. */
function remember(ctx: Context, secure: boolean): void {
  // The proxy ends TLS, so the connection to this process says nothing about the browser's.
  ctx.cookies.secure = secure;
  const name = randomBytes(16).toString('hex');
  ctx.cookies.set(COOKIE, name, {
    ...{ signed: true, httpOnly: true, sameSite: 'lax', secure },
    ...{ path: '/owner', maxAge: 365 * 24 * 3600 * 1000 },
  });
}

/** The address as counted: of IPv6 its first half, because a single customer of a provider has all of the other. */
function addressOf({ ip, req }: Context): string {
  const address = (isIP(ip) ? ip : (req.socket.remoteAddress ?? '')).replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const [left, right] = [head, tail ?? ''].map((part) => part.split(':').filter(Boolean)) as [string[], string[]];
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  return [...left, ...zeros, ...right]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
