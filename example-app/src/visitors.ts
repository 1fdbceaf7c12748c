import { randomUUID } from 'node:crypto';
import type { Context, Middleware } from 'koa';

const COOKIE = 'visitor';
const DAYS_30 = 30 * 86_400_000;

/**
 * A browser outside WeChat has no openid. A signed cookie names it, and what it orders belongs to that name, which stands where an
 * order has its openid: no openid begins with `web:`.
 */
export const visitorOf = (ctx: Context): string | undefined => {
  const name = ctx.cookies.get(COOKIE, { signed: true });
  return name && /^web:[0-9a-f-]{36}$/.test(name) ? name : undefined;
};

/** Gives every browser a name. */
export const welcome: Middleware = async (ctx, next) => {
  ctx.state.visitor = visitorOf(ctx) ?? `web:${randomUUID()}`;
  ctx.cookies.set(COOKIE, ctx.state.visitor, {
    signed: true,
    httpOnly: true,
    sameSite: 'lax',
    secure: ctx.secure,
    maxAge: DAYS_30,
  });
  await next();
};

/** Whoever has no name has ordered nothing. */
export const visitor: Middleware = async (ctx, next) => {
  ctx.state.visitor = visitorOf(ctx);
  if (ctx.state.visitor === undefined) return ctx.redirect('/');
  await next();
};
