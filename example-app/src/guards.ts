import type { Middleware } from 'koa';
import type { Wechat } from './wechat.js';

/** Nothing but the shop's own styles and scripts runs; a form may lead to WeChat's login. */
export function securityHeaders({ account }: Wechat): Middleware {
  const login = new URL(account.authorizeUrl ?? 'https://open.weixin.qq.com').origin;
  const policy = [
    `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:`,
    `connect-src 'self'; form-action 'self' ${login}; base-uri 'none'; frame-ancestors 'none'`,
  ].join('; ');
  return async (ctx, next) => {
    ctx.set({
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      // WeChat opens the page of an H5 payment only for a Referer on the shop's domain.
      'Referrer-Policy': 'strict-origin-when-cross-origin',
    });
    await next();
  };
}

/** Refuses forms of other sites. Browsers send the origin of a POST, and the login cookie is also SameSite=Lax. */
export function sameOrigin({ origin, simulated }: Wechat): Middleware {
  return async (ctx, next) => {
    // In a demo the shop is seen at two addresses: on the phone, and outside WeChat where it listens itself.
    const own = simulated ? [origin, `http://${ctx.req.headers.host}`] : [origin];
    if (ctx.method === 'POST' && !own.includes(ctx.get('Origin'))) ctx.throw(403, 'a form of another site');
    await next();
  };
}
