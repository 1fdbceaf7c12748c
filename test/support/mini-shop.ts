import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa, { type Middleware } from 'koa';
import type { WxMiniLoginOptions } from 'koa-wxpay';
import { wxMiniLogin } from 'koa-wxpay';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { listening } from './shop.js';
import { stoppedClock } from './stopped-clock.js';

export const MINI = { appid: 'wx1111111111111111', secret: 'm'.repeat(32) };
export const OFFICIAL = 'wx0123456789abcdef';

/** A WeChat with a mini program on the merchant number of its official account. */
export const createMiniWechat = (): Promise<Simulator> =>
  createSimulator({
    now: stoppedClock(),
    apps: [
      { ...MINI, kind: 'miniProgram' },
      { appid: 'wx2222222222222222', secret: 's'.repeat(32), kind: 'miniProgram' },
    ],
    merchant: { appids: [OFFICIAL, MINI.appid] },
  });

export interface Answered {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the JSON of whatever route was asked
  body: any;
}

export interface MiniShop {
  errors: { code?: string; wechatCode?: string; message: string }[];
  url: string;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>;
  /** Logs a person in; resolves to the token. */
  token(person?: string): Promise<string>;
  /** Asks for what is guarded, with this Authorization header. */
  whoami(authorization?: string): Promise<Answered>;
  close(): Promise<void>;
}

export interface MiniShopSettings {
  keys?: Koa['keys'] | null;
  before?: Middleware[];
  /** What is guarded. @default the state that the guard put on the context */
  guarded?: Middleware[];
}

/** A shop for mini programs: `/login`, and everything else behind the guard. */
export async function miniShop(
  sim: Simulator,
  options: Partial<WxMiniLoginOptions> = {},
  { keys = ['k'], before = [], guarded = [showState] }: MiniShopSettings = {},
): Promise<MiniShop> {
  const app = new Koa();
  if (keys) app.keys = keys;
  const errors: MiniShop['errors'] = [];
  app.on('error', (error) => errors.push(error));
  const { login, guard } = wxMiniLogin({ ...MINI, baseUrl: sim.url, now: sim.clock.now, ...options });
  for (const each of before) app.use(each);
  app.use((ctx, next) => (ctx.path === '/login' ? login(ctx, next) : next()));
  app.use(guard as Middleware);
  for (const each of guarded) app.use(each);
  const server: Server = await listening(createServer(app.callback()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (path: string, init: RequestInit): Promise<Answered> => {
    const response = await fetch(url + path, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  const post: MiniShop['post'] = (path, body, headers = {}) =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return {
    errors,
    url,
    post,
    async token(person = 'xiaoming') {
      const { body } = await post('/login', { code: sim.code({ appid: MINI.appid, person }) });
      return body.token;
    },
    whoami: (authorization) => ask('/me', { headers: authorization === undefined ? {} : { authorization } }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const showState: Middleware = (ctx) => {
  ctx.body = ctx.state.wxpay;
};
