import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { createWxpay, memoryOnce, type Order, type Wxpay, wxNotify } from 'koa-wxpay';
import { type SignedNotice, signedNoticeV2 } from 'koa-wxpay/testing';
import type { WxNotifyOptions } from '../../src/koa/options.js';

export const merchant = { appid: 'wx0123456789abcdef', mchid: '1900000109', key: '8934e7d15453e97507ef794cf7b0519d' };

export function merchantV2(): Wxpay {
  const { key, ...ids } = merchant;
  return createWxpay({ ...ids, notifyUrl: 'https://shop.example/wxpay/notify', v2: { key } });
}

export const order = (changes: Partial<Order> = {}): Order =>
  ({
    out_trade_no: 'SHOP00A17',
    description: '明前龙井',
    amount: { total: 1990 },
    ...changes,
  }) as Order;

export const payment = { out_trade_no: 'SHOP00A17', total: 1990 };

export const notice = (fields: Record<string, string | undefined> = {}, facts = payment): SignedNotice =>
  signedNoticeV2(merchant, facts, fields);

export interface Answer {
  status: number;
  type: string | null;
  body: string;
}

/** WeChat Pay takes these very bytes of API v2 as an acknowledgement. */
export const ACK: Answer = {
  status: 200,
  type: 'text/xml; charset=utf-8',
  body: '<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>',
};

/** The one text of every refusal, in the form of API v2. */
export const refusal = (status: number): Answer => ({
  status,
  type: 'text/xml; charset=utf-8',
  body: '<xml><return_code><![CDATA[FAIL]]></return_code><return_msg><![CDATA[FAIL]]></return_msg></xml>',
});

export interface TestShop {
  app: Koa;
  url: string;
  /** Codes of the errors the app emitted, oldest first. */
  codes: string[];
  errors: Error[];
  /** Notices the handler was given. */
  handled: string[];
  post(sent: SignedNotice | string, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

type Options = Partial<Extract<WxNotifyOptions<unknown>, { once: unknown }>>;

interface Around {
  /** Sees the app before wxNotify is mounted. */
  around?(app: Koa): void;
  /** Instead of the handler that notes what it was given; `null` for none. */
  handler?: Koa.Middleware | null;
  /** Instead of `app.use` for wxNotify and its handler. */
  mount?(app: Koa, ...middlewares: Koa.Middleware[]): void;
}

const useAll = (app: Koa, ...middlewares: Koa.Middleware[]): void => {
  for (const middleware of middlewares) app.use(middleware);
};

/** wxNotify and a handler in a Koa app, over HTTP. */
export async function notifyShop(
  options: Options = {},
  { around = () => {}, handler, mount = useAll }: Around = {},
): Promise<TestShop> {
  const app = new Koa();
  const errors: Error[] = [];
  const handled: string[] = [];
  app.on('error', (error: Error) => errors.push(error));
  around(app);
  const wx = wxNotify({ wxpay: merchantV2(), findOrder: async () => order(), once: memoryOnce(), ...options });
  const note: Koa.Middleware = (ctx) => {
    handled.push(ctx.state.wxpay.notice.type);
  };
  mount(app, wx as Koa.Middleware, ...(handler === null ? [] : [handler ?? note]));
  const server = await listening(createServer(app.callback()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    app,
    url,
    errors,
    handled,
    get codes() {
      return errors.map((error) => (error as { code?: string }).code ?? error.message);
    },
    async post(sent, headers = {}) {
      const { body, headers: own } =
        typeof sent === 'string' ? { body: sent, headers: { 'content-type': 'text/xml' } } : sent;
      const response = await fetch(url, { method: 'POST', body, headers: { ...own, ...headers } });
      return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const listening = (server: Server): Promise<Server> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
