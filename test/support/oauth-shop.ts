import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, expect } from '@jest/globals';
import Koa, { type Middleware } from 'koa';
import request from 'supertest';
import { type WxOAuthOptions, wxOAuth } from '../../src/koa/wx-oauth.js';
import { type FakeWeixin, fakeWeixin } from './fake-weixin.js';

export const APPID = 'wx0123456789abcdef';
export const SECRET = '5ecre75ecre75ecre75ecre75ecre75e';
export const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o';
export const TOKEN = '/sns/oauth2/access_token';
export const WECHAT =
  'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 MicroMessenger/8.0.49.2600(0x28003137) WeChat/arm64';
export const HTML = 'text/html,application/xhtml+xml';
export const granted = {
  access_token: 'T0KEN',
  expires_in: 7200,
  refresh_token: 'R',
  openid: OPENID,
  scope: 'snsapi_base',
};

/** What one test works with; each begins with a new one. */
export const scene: { weixin: FakeWeixin; errors: unknown[]; clock: number } = Object.create(null);
let servers: Server[];

beforeEach(async () => {
  scene.weixin = await fakeWeixin();
  scene.weixin.on(TOKEN, granted);
  scene.errors = [];
  scene.clock = 1_700_000_000_000;
  servers = [];
});

afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await scene.weixin.close();
});

export const showOpenid: Middleware = (ctx) => {
  ctx.body = { openid: ctx.state.wxpay.openid, user: ctx.state.wxpay.user, query: ctx.querystring };
};

export type Build = (guard: (options?: Partial<WxOAuthOptions>) => Middleware, app: Koa) => void;

/** An app whose `origin` is the address it really listens on. */
export async function shop(
  build: Build = (guard, app) => app.use(guard()).use(showOpenid),
  keys: string[] | null = ['k'],
) {
  const app = new Koa();
  if (keys) app.keys = keys;
  app.on('error', (error) => scene.errors.push(error));
  const server = createServer((req, res) => void handle(req, res));
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const guard = (options: Partial<WxOAuthOptions> = {}) =>
    wxOAuth({
      appid: APPID,
      secret: SECRET,
      origin,
      baseUrl: scene.weixin.baseUrl,
      now: () => scene.clock,
      ...options,
    }) as unknown as Middleware;
  build(guard, app);
  const handle = app.callback();
  return { origin, server };
}

/** A phone with WeChat: keeps cookies, sends what its WebView sends, stands where it was sent. */
export function phone(origin: string, userAgent = WECHAT) {
  const agent = request.agent(origin);
  const open = (address: string) => {
    const path = address.startsWith(origin) ? address.slice(origin.length) : address;
    return agent.get(path).set('User-Agent', userAgent).set('Accept', HTML).set('X-Requested-With', 'com.tencent.mm');
  };
  /** Opens a page and answers with where WeChat would send the browser for this code. */
  const begin = async (path: string) => {
    const response = await open(path);
    expect(response.status).toBe(302);
    return sentToWechat(response.headers.location as string);
  };
  return { agent, open, begin };
}

export function sentToWechat(location: string) {
  expect(location).toMatch(/#wechat_redirect$/);
  const url = new URL(location);
  const redirect_uri = url.searchParams.get('redirect_uri') as string;
  const state = url.searchParams.get('state') as string;
  const glue = redirect_uri.includes('?') ? '&' : '?';
  return {
    location,
    redirect_uri,
    state,
    granted: (code: string) => `${redirect_uri}${glue}code=${code}&state=${state}`,
    denied: `${redirect_uri}${glue}state=${state}`,
  };
}

/** A request line no client library would send. */
export async function raw(
  server: Server,
  target: string,
  userAgent = WECHAT,
): Promise<{ status: number; text: string }> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(
    `GET ${target} HTTP/1.1\r\nHost: x\r\nUser-Agent: ${userAgent}\r\nAccept: text/html\r\nConnection: close\r\n\r\n`,
  );
  let text = '';
  for await (const chunk of socket) text += chunk;
  return { status: Number(text.split(' ')[1]), text };
}
