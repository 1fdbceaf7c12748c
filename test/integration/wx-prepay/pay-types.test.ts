import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Koa, { type Middleware } from 'koa';
import {
  createSettlement,
  memoryOnce,
  nextTradeNo,
  type Order,
  type PayType,
  type Settlement,
  type WxPrepayOptions,
  type Wxpay,
  wxPrepay,
} from 'koa-wxpay';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { listening, order } from '../../support/shop.js';
import { merchantOf, type Version, versions } from '../../support/versions.js';

const PLACE: Record<Version, Record<PayType, string>> = {
  v2: {
    jsapi: '/pay/unifiedorder',
    native: '/pay/unifiedorder',
    h5: '/pay/unifiedorder',
    app: '/pay/unifiedorder',
  },
  v3: {
    jsapi: '/v3/pay/transactions/jsapi',
    native: '/v3/pay/transactions/native',
    h5: '/v3/pay/transactions/h5',
    app: '/v3/pay/transactions/app',
  },
};
const TRADE_TYPE: Record<PayType, string> = { jsapi: 'JSAPI', native: 'NATIVE', h5: 'MWEB', app: 'APP' };
const RETURN = 'https://shop.example/orders/17?from=h5&茶=1#done';

let sim: Simulator;
let server: Server;
let wxpay: Wxpay;
let openid: string;
let errors: { code?: string; message: string; status?: number }[];
/** Orders of the shop by their number; `current` is the one its pages are about. */
let orders: Map<string, Order>;
let current: string;

beforeEach(async () => {
  sim = await createSimulator();
  sim.switches.notification = 'never';
  openid = sim.people[0]?.openid(sim.app.appid) as string;
  errors = [];
  orders = new Map([['SHOP00A17', order()]]);
  current = 'SHOP00A17';
  server = await listening(createServer());
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await sim.close();
});

const settle = (): Settlement =>
  createSettlement({
    wxpay,
    findOrder: async (out_trade_no) => orders.get(out_trade_no) ?? null,
    once: memoryOnce(),
    fulfil: async (notice) => {
      if (notice.type !== 'payment.success') return;
      const { out_trade_no, transaction_id } = notice.payment;
      orders.set(out_trade_no, { ...(orders.get(out_trade_no) as Order), state: 'paid', transaction_id });
    },
  });

const reissue = async (old: Order): Promise<Order> => {
  const fresh = { ...old, out_trade_no: nextTradeNo(old.out_trade_no) };
  orders.set(fresh.out_trade_no, fresh);
  current = fresh.out_trade_no;
  return fresh;
};

/** A page of the shop for each way of paying, and what stands on its context. */
function open(
  changes: (type: PayType) => Partial<WxPrepayOptions<PayType>> = () => ({}),
  around: (app: Koa) => void = () => {},
): void {
  const app = new Koa();
  app.on('error', (error) => errors.push(error));
  around(app);
  const pages = Object.fromEntries(
    (['jsapi', 'native', 'h5', 'app'] as const).map((type) => [
      `/${type}`,
      wxPrepay({
        wxpay,
        type,
        order: () => orders.get(current) ?? null,
        ...(type === 'jsapi' && { openid: () => openid }),
        ...(type === 'h5' && { returnUrl: () => RETURN }),
        ...changes(type),
      }) as Middleware,
    ]),
  );
  app.use((ctx, next) => pages[ctx.path]?.(ctx, next));
  app.use((ctx) => {
    ctx.body = ctx.state.wxpay;
  });
  server.on('request', app.callback());
}

interface Page {
  status: number;
  cache: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: each way of paying has fields of its own
  state: any;
}

async function visit(type: PayType, headers: Record<string, string> = {}): Promise<Page> {
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/${type}`, { headers });
  const text = await response.text();
  const state = response.ok ? JSON.parse(text) : text;
  return { status: response.status, cache: response.headers.get('cache-control'), state };
}

const placed = (version: Version, type: PayType) =>
  sim.requests.filter(({ path }) => path === PLACE[version][type]).length;

/** Pays with what the page was given, as WeChat would. */
async function payWith(type: PayType, { jsapi, code_url, h5_url, app }: Page['state']): Promise<string | undefined> {
  const what = { jsapi, native: { url: code_url }, h5: { url: h5_url }, app }[type];
  return (await sim.pay(what, type === 'jsapi' ? {} : { person: 'xiaohong' })).err_msg;
}

describe.each(versions)('over API %s', (version) => {
  beforeEach(() => {
    wxpay = merchantOf(sim, version);
  });

  test.each<[PayType, string[]]>([
    ['jsapi', ['chooseWXPay', 'jsapi', 'out_trade_no', 'prepay_id', 'requestPayment']],
    ['native', ['code_url', 'out_trade_no']],
    ['h5', ['h5_url', 'out_trade_no']],
    ['app', ['app', 'out_trade_no']],
  ])('type %s attaches what pays the order, and nothing else', async (type, names) => {
    open();
    const { status, cache, state } = await visit(type);
    expect([status, cache, Object.keys(state).sort()]).toEqual([200, 'no-store', names]);
    expect(sim.order('SHOP00A17')).toMatchObject({ trade_type: TRADE_TYPE[type], trade_state: 'NOTPAY', total: 1990 });
    expect(await payWith(type, state)).toMatch(/:ok$/);
    expect(sim.order('SHOP00A17')?.trade_state).toBe('SUCCESS');
    expect(errors).toEqual([]);
  });

  test.each<PayType>(['jsapi', 'native', 'h5', 'app'])(
    'requests for %s at the same time share one call',
    async (type) => {
      open();
      const pages = await Promise.all(Array.from({ length: 8 }, () => visit(type)));
      expect(pages.map(({ status }) => status)).toEqual(pages.map(() => 200));
      expect(placed(version, type)).toBe(1);
    },
  );

  test('an H5 page is given a fresh address after a minute, so that most of its five minutes are left', async () => {
    open();
    const first = await visit('h5');
    await sim.clock.advance(59_000);
    expect((await visit('h5')).state.h5_url).toBe(first.state.h5_url);
    await sim.clock.advance(1_000);
    expect((await visit('h5')).state.h5_url).not.toBe(first.state.h5_url);
    expect(placed(version, 'h5')).toBe(2);
  });

  test('a QR code is shown for its two hours without asking WeChat again', async () => {
    open();
    const first = await visit('native');
    await sim.clock.advance(100 * 60_000);
    expect((await visit('native')).state).toEqual(first.state);
    await sim.clock.advance(10 * 60_000);
    expect((await visit('native')).state).not.toEqual(first.state);
    expect(placed(version, 'native')).toBe(2);
  });

  test('the parameters of an app are signed anew each time, for one prepay_id', async () => {
    open();
    const first = (await visit('app')).state.app;
    await sim.clock.advance(60_000);
    const second = (await visit('app')).state.app;
    expect(second.prepayid).toBe(first.prepayid);
    expect(Number(second.timestamp)).toBe(Number(first.timestamp) + 60);
    expect(second.sign).not.toBe(first.sign);
  });

  test("WeChat returns an H5 payer to the shop's address, byte for byte", async () => {
    open();
    const { h5_url } = (await visit('h5')).state;
    expect(h5_url).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/cgi-bin\/mmpayweb-bin\/checkmweb\?prepay_id=wx\w+&package=\w+&redirect_url=/,
    );
    expect(new URL(h5_url).searchParams.get('redirect_url')).toBe(RETURN);
    const form = { method: 'POST', redirect: 'manual', body: new URLSearchParams({ answer: 'pay' }) } as const;
    const paid = await fetch(h5_url, form);
    expect([paid.status, paid.headers.get('location')]).toEqual([303, new URL(RETURN).href]);
  });

  test('another way of paying is another order for WeChat: 409 without "reissue"', async () => {
    open();
    await visit('jsapi');
    expect(await visit('native')).toMatchObject({ status: 409, state: 'Conflict' });
    expect(errors).toMatchObject([{ code: 'ERR_WXPAY_ORDER_CHANGED', status: 409 }]);
    expect((await visit('jsapi')).status).toBe(200);
  });

  test('with "reissue" it is paid under a fresh number, which the return address names, and the old one cannot be paid', async () => {
    const settlement = settle();
    open((type) => ({
      settlement,
      reissue,
      ...(type === 'h5' && { returnUrl: (_, { out_trade_no }) => `https://shop.example/orders/${out_trade_no}` }),
    }));
    const before = (await visit('jsapi')).state;
    const { out_trade_no, h5_url } = (await visit('h5')).state;
    expect(out_trade_no).toBe('SHOP00A17-2');
    expect(new URL(h5_url).searchParams.get('redirect_url')).toBe('https://shop.example/orders/SHOP00A17-2');
    expect(await payWith('jsapi', before)).toMatch(/:fail$/);
    expect(await payWith('h5', { h5_url })).toMatch(/:ok$/);
    expect(errors).toEqual([]);
  });

  test('an order that was paid by its QR code meanwhile is settled, and not offered to be paid in another way', async () => {
    const settlement = settle();
    open(() => ({ settlement, reissue }));
    await payWith('native', (await visit('native')).state);
    expect((await visit('jsapi')).status).toBe(409);
    expect(errors).toMatchObject([{ code: 'ERR_WXPAY_ORDER_PAID' }]);
    expect(orders.get('SHOP00A17')).toMatchObject({ state: 'paid' });
    expect(await visit('h5')).toMatchObject({ status: 409 });
    expect(errors.at(-1)).toMatchObject({ code: 'ERR_WXPAY_ORDER_NOT_PAYABLE' });
  });

  test.each<PayType>(['native', 'h5', 'app'])(
    'an order that does not exist is 404, and a closed one 409, for %s',
    async (type) => {
      open();
      current = 'NOBODY01';
      expect((await visit(type)).status).toBe(404);
      orders.set('CLOSED01', order({ out_trade_no: 'CLOSED01', state: 'closed' }));
      current = 'CLOSED01';
      expect((await visit(type)).status).toBe(409);
      expect(placed(version, type)).toBe(0);
    },
  );

  test.each([
    ['no address', undefined],
    ['a path', '/orders/17'],
    ['a script', 'javascript:alert(1)'],
    ['an address with a password', 'https://a:b@shop.example/'],
  ])('%s as "returnUrl" is a mistake of the shop, and nothing is attached', async (_, returnUrl) => {
    open((type) => (type === 'h5' ? { returnUrl: () => returnUrl as string } : {}));
    expect(await visit('h5')).toMatchObject({ status: 500, state: 'Internal Server Error' });
    expect(errors).toMatchObject([{ name: 'TypeError', message: expect.stringContaining('"returnUrl"') }]);
  });

  test('without "returnUrl" the address is as WeChat made it', async () => {
    open((type) => (type === 'h5' ? { returnUrl: undefined as never } : {}));
    expect((await visit('h5')).state.h5_url).toMatch(/&package=\w+$/);
  });
});

test.each([
  [{ type: 'qr' }, `"type" must be 'jsapi' or 'native' or 'h5' or 'app'`],
  [{ type: 'native', openid: () => 'o' }, `"openid" goes with type: 'jsapi'`],
  [{ type: 'app', returnUrl: () => RETURN }, `"returnUrl" goes with type: 'h5'`],
  [{ returnUrl: () => RETURN }, `"returnUrl" goes with type: 'h5'`],
  [{ type: 'h5', returnUrl: RETURN }, '"returnUrl" must be a function (ctx, order) => string'],
  [{ type: 'native', reissue: async () => order() }, '"reissue" needs "settlement"'],
])('%j is refused at creation', (options, message) => {
  wxpay = merchantOf(sim, 'v3');
  expect(() => wxPrepay({ wxpay, order: () => null, ...options } as never)).toThrow(message);
});
