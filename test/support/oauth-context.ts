import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import Koa, { type Context } from 'koa';
import { type ResolvedOAuth, resolveOAuth, type WxOAuthOptions } from '../../src/koa/oauth/options.js';

/** Options of wxOAuth, checked. */
export const oauthOptions = (changes: Partial<WxOAuthOptions> = {}): ResolvedOAuth =>
  resolveOAuth({ appid: 'wx0123456789abcdef', secret: 's', origin: 'https://shop.example', ...changes });

/** A request with these cookies, to an application with these keys. */
export function contextWith(cookie = '', keys: Koa['keys'] = ['k']): Context {
  const app = new Koa();
  app.keys = keys;
  const req = Object.assign(new IncomingMessage(new Socket()), { url: '/', method: 'GET', headers: { cookie } });
  return app.createContext(req, new ServerResponse(req));
}

/** Names and values of the cookies that were set, newest last; the attributes are left out. */
export function cookiesSet(ctx: Context): [name: string, value: string][] {
  const lines = [ctx.response.get('set-cookie') as unknown as string | string[]].flat().filter(Boolean);
  return lines.map((line) => {
    const pair = line.split(';', 1)[0] as string;
    return [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
  });
}
