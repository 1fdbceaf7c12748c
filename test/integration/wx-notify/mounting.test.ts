import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import AtKoaRouter from '@koa/router';
import Koa, { type Middleware } from 'koa';
import KoaRouter from 'koa-router';
import {
  createSettlement,
  createWxpay,
  memoryOnce,
  type WxNotifyOptions,
  type Wxpay,
  wxNotify,
  wxPrepay,
} from 'koa-wxpay';
import { merchantV3, noticeV3 } from '../../support/merchant-v3.js';
import { listening, merchant, merchantV2, notice, notifyShop, order, type TestShop } from '../../support/shop.js';

const options = { wxpay: merchantV2(), findOrder: async () => order(), once: memoryOnce() };
const handler: Middleware = (ctx) => {
  const { notice } = ctx.state.wxpay;
  ctx.state.handled = notice.type;
};

describe('a handler mounted before wxNotify', () => {
  let warnings: string[];
  let emitWarning: { mockRestore(): void };
  beforeEach(() => {
    warnings = [];
    emitWarning = jest.spyOn(process, 'emitWarning').mockImplementation((warning) => {
      warnings.push(String(warning));
    });
  });
  afterEach(() => emitWarning.mockRestore());

  const routers: [name: string, mount: (app: Koa, ...all: Middleware[]) => void][] = [
    [
      'koa-router',
      (app, ...all) => app.use(new KoaRouter().post('/wxpay/notify', ...(all as KoaRouter.IMiddleware[])).routes()),
    ],
    [
      '@koa/router',
      (app, ...all) =>
        app.use(new AtKoaRouter().post('/wxpay/notify', ...(all as never[])).routes() as unknown as Middleware),
    ],
    ['app.use', (app, ...all) => void all.map((one) => app.use(one))],
  ];

  /** Sends them one after the other. */
  async function post(app: Koa, ...sent: { body: string; headers: Record<string, string>; path?: string }[]) {
    app.silent = true;
    const server = await listening(createServer(app.callback()));
    const statuses: number[] = [];
    for (const { path = '/wxpay/notify', body, headers } of sent) {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
      const response = await fetch(url, { method: 'POST', body, headers });
      statuses.push(response.status);
      await response.text();
    }
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    return statuses;
  }

  test.each(routers)('with %s: one warning says which order is right', async (_, mount) => {
    const app = new Koa();
    mount(app, handler, wxNotify(options) as Middleware);
    expect(await post(app, notice(), noticeV3())).toEqual([500, 500]);
    expect(warnings).toEqual([expect.stringMatching(/answered with 500, and wxNotify did not run/)]);
    expect(warnings[0]).toContain(
      "mount wxNotify before the handler, as in router.post('/wxpay/notify', wxNotify(…), handler)",
    );
  });

  test('behind a proxy that takes a prefix off the path it is found too', async () => {
    const wxpay = merchantV3({ notifyUrl: 'https://shop.example/m/wxpay/notify' });
    const app = new Koa().use(handler).use(wxNotify({ ...options, wxpay }));
    await post(app, noticeV3());
    expect(warnings).toHaveLength(1);
  });

  test('what answers instead of it is warned about with its status', async () => {
    const login: Middleware = (ctx) => ctx.throw(401);
    const app = new Koa().use(login).use(wxNotify(options)).use(handler);
    await post(app, notice());
    expect(warnings).toEqual([expect.stringMatching(/answered with 401.*every middleware above it "await next\(\)"/)]);
  });

  test('requests to other addresses, and requests that are no notification, are not warned about', async () => {
    const app = new Koa().use((ctx) => ctx.throw(404)).use(wxNotify(options));
    const plain = { body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    await post(app, plain, { ...notice(), path: '/' }, { ...notice(), path: '/other' });
    expect(warnings).toEqual([]);
  });

  test('a proxy in the same process, which passes the notification on, is not warned about', async () => {
    const shop = new Koa().use(wxNotify(options)).use(handler).listen(0);
    const { port } = shop.address() as AddressInfo;
    const proxy = new Koa().use(async (ctx) => {
      const passedOn = await fetch(`http://127.0.0.1:${port}${ctx.url}`, {
        method: 'POST',
        body: await text(ctx.req),
        headers: { 'content-type': 'text/xml' },
      });
      ctx.status = passedOn.status;
      ctx.body = await passedOn.text();
    });
    expect(await post(proxy, notice())).toEqual([200]);
    shop.close();
    expect(warnings).toEqual([]);
  });

  test('a notification that wxNotify saw is not warned about', async () => {
    const app = new Koa().use(wxNotify(options)).use(handler);
    expect(await post(app, notice(), noticeV3())).toEqual([200, 401]);
    expect(warnings).toEqual([]);
  });
});

describe('a middleware above wxNotify', () => {
  let shop: TestShop;
  afterEach(() => shop.close());

  test.each<[string, Middleware]>([
    ['that does not wait', (_, next) => void next()],
    ['that is async and does not wait', async (_, next) => void next()],
    [
      'that starts it when the answer has left',
      (ctx, next) => {
        ctx.res.once('finish', () => void next());
      },
    ],
  ])('%s is told to "await next()"', async (_, careless) => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = async () => {
      await released;
      return order();
    };
    shop = await notifyShop({ findOrder: slow }, { around: (app) => app.use(careless) });
    expect((await shop.post(notice())).status).toBe(404);
    release();
    while (shop.errors.length === 0) await new Promise(setImmediate);
    expect(shop.codes[0]).toBe('ERR_WXPAY_ANSWER_OVERRIDDEN');
    expect(shop.errors[0]?.message).toMatch(/^HTTP 404 left before anything was decided: .*"await next\(\)"/);
  });
});

describe('two merchants', () => {
  const other = createWxpay({
    appid: 'wxfedcba9876543210',
    mchid: '1900000110',
    notifyUrl: 'https://shop.example/wxpay/notify',
    v2: { key: merchant.key },
  });
  const both = [options.wxpay, other] as unknown as Wxpay;

  test.each<[string, () => unknown]>([
    ['wxNotify as a list of merchants', () => wxNotify({ ...options, wxpay: both })],
    [
      'wxNotify as a list of options',
      () => wxNotify([options, { ...options, wxpay: other }] as unknown as WxNotifyOptions<unknown>),
    ],
    ['createSettlement', () => createSettlement({ ...options, fulfil: async () => {}, wxpay: both })],
    ['wxPrepay', () => wxPrepay({ wxpay: both, order: () => order() })],
  ])('given to %s: one path per merchant', (_, create) => {
    expect(create).toThrow(TypeError);
    expect(create).toThrow(/one (?:merchant|per merchant).*path of its own/);
  });

  test('mounted behind each other on one path: the error says so, and nothing is acknowledged', async () => {
    const second = wxNotify({ ...options, wxpay: other }) as Middleware;
    const shop = await notifyShop({}, { mount: (app, first) => app.use(first!).use(second).use(handler) });
    expect((await shop.post(notice())).status).toBe(503);
    expect(shop.errors).toMatchObject([
      { code: 'ERR_WXPAY_HANDLER_FAILED', message: expect.stringContaining('give every merchant a path of its own') },
    ]);
    await shop.close();
  });
});

test.each([undefined, null, {}, 'wxpay'])('as "wxpay", %p is no merchant', (wxpay) => {
  const given = { ...options, wxpay: wxpay as unknown as Wxpay };
  expect(() => wxNotify(given)).toThrow('"wxpay" must be what createWxpay() returns');
  expect(() => wxPrepay({ wxpay: given.wxpay, order: () => order() })).toThrow(TypeError);
});
