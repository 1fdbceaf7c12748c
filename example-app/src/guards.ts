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
      'Referrer-Policy': 'same-origin',
    });
    await next();
  };
}

/** Forms of other sites are refused: browsers say where a POST comes from, and the login cookie is SameSite=Lax besides. */
export function sameOrigin({ origin }: Wechat): Middleware {
  return async (ctx, next) => {
    if (ctx.method === 'POST' && ctx.get('Origin') !== origin) ctx.throw(403, 'a form of another site');
    await next();
  };
}
