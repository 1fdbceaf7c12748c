import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Koa from 'koa';
import {
  createSettlement,
  memoryOnce,
  type Notice,
  type Order,
  reconcile,
  type Settlement,
  type Wxpay,
  type WxpayOptions,
  wxNotify,
  wxPrepay,
} from 'koa-wxpay';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { listening, order } from '../support/shop.js';
import { merchantOf, type Version, versions } from '../support/versions.js';

const ACCOUNT = 'wx0123456789abcdef';
const MINI = 'wx0000000000000001';
const APP = 'wx0000000000000002';
/** Bound to the merchant, and not among those of `createWxpay`. */
const UNLISTED = 'wx0000000000000003';
const SUB_MCHID = '1900000200';
const SUB_APPIDS = ['wxfedcba9876543210', 'wxfedcba9876543211'];

let sim: Simulator;
let server: Server;
let notices: Notice[];
let codes: string[];
let orders: Map<string, Order>;

beforeEach(async () => {
  const secret = 'x'.repeat(32);
  sim = await createSimulator({
    apps: [
      { appid: MINI, secret, kind: 'miniProgram' },
      { appid: APP, secret, kind: 'mobileApp' },
      ...[UNLISTED, ...SUB_APPIDS].map((appid) => ({ appid, secret })),
    ],
    merchant: { appids: [ACCOUNT, MINI, APP, UNLISTED], subMerchants: { [SUB_MCHID]: SUB_APPIDS } },
  });
  [notices, codes, orders] = [[], [], new Map()];
  server = await listening(createServer());
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await sim.close();
});

const merchant = (version: Version, changes: Partial<WxpayOptions> = {}): Wxpay => {
  const { port } = server.address() as AddressInfo;
  const notifyUrl = `http://127.0.0.1:${port}/notify`;
  return merchantOf(sim, version, { appid: [ACCOUNT, MINI, APP], notifyUrl, ...changes });
};

/** One notification address for all accounts. */
function serve(wxpay: Wxpay): Settlement {
  const settlement = createSettlement({
    wxpay,
    findOrder: async (out_trade_no) => orders.get(out_trade_no) ?? null,
    once: memoryOnce(),
    fulfil: async (notice) => void notices.push(notice),
  });
  const app = new Koa();
  app.on('error', ({ code, message }) => codes.push(code ?? message));
  app.use(wxNotify(settlement));
  server.on('request', app.callback());
  return settlement;
}

/** An order that the shop knows. */
function placed(changes: Partial<Order> = {}): Order {
  const one = order({ out_trade_no: `SHOP00A${orders.size}`, ...changes });
  orders.set(one.out_trade_no, one);
  return one;
}

const payerOf = (appid: string) => ({
  openid: sim.people[0]?.openid(appid) as string,
  clientIp: '203.0.113.7',
});

describe.each(versions)('several accounts of one merchant number, over API %s', (version) => {
  test('an order is paid with the account that it chooses, and its notification arrives at the one address', async () => {
    const wxpay = merchant(version);
    serve(wxpay);
    for (const appid of [undefined, ACCOUNT, MINI]) {
      const one = placed(appid === undefined ? {} : { appid });
      const prepay_id = await wxpay.prepay(one, payerOf(appid ?? ACCOUNT));
      const jsapi = wxpay.jsapiParams(prepay_id, one);
      expect(jsapi.appId).toBe(appid ?? ACCOUNT);
      expect(await sim.pay(jsapi)).toMatchObject({ err_msg: 'get_brand_wcpay_request:ok' });
    }
    await sim.settled();
    expect(codes).toEqual([]);
    expect(notices.map((notice) => notice.type === 'payment.success' && notice.payment.appid)).toEqual([
      ACCOUNT,
      ACCOUNT,
      MINI,
    ]);
  });

  test('the parameters of an app are those of its account', async () => {
    const wxpay = merchant(version);
    expect(await wxpay.app(placed({ appid: APP }), payerless)).toMatchObject({ appid: APP });
    expect(await wxpay.app(placed(), payerless)).toMatchObject({ appid: ACCOUNT });
  });

  test('native and h5 orders are placed with it, too', async () => {
    const wxpay = merchant(version);
    await wxpay.native(placed({ appid: MINI }));
    await wxpay.h5(placed({ appid: APP, scene_info: { h5_info: { type: 'Wap' } } }), { clientIp: '203.0.113.7' });
    expect(['SHOP00A0', 'SHOP00A1'].map((out_trade_no) => sim.order(out_trade_no)?.appid)).toEqual([MINI, APP]);
  });

  test('queries, refunds, closing and reconciling find the orders of every account', async () => {
    const wxpay = merchant(version);
    const settlement = serve(wxpay);
    sim.switches.notification = 'never';
    const paid = placed({ appid: MINI });
    await wxpay.prepay(paid, payerOf(MINI));
    await sim.pay({ out_trade_no: paid.out_trade_no });
    expect(await wxpay.queryOrder({ out_trade_no: paid.out_trade_no })).toMatchObject({
      appid: MINI,
      trade_state: 'SUCCESS',
    });
    async function* pending() {
      yield { order: paid, prepaidAt: sim.clock.now() - 60_000 };
    }
    await reconcile(settlement, { pending, onClosed: async () => {} });
    expect(notices).toMatchObject([{ payment: { appid: MINI, out_trade_no: paid.out_trade_no } }]);
    const amount = { refund: 1, total: 1990 };
    const { out_trade_no } = paid;
    expect(await wxpay.refund({ out_trade_no, out_refund_no: 'R1', amount })).toMatchObject({ out_refund_no: 'R1' });
    expect(await wxpay.refund({ out_trade_no, out_refund_no: 'R1', amount })).toMatchObject({ out_refund_no: 'R1' });
    expect(await wxpay.queryRefund('R1')).toMatchObject({ out_trade_no, amount });
    expect(sim.refunds).toHaveLength(1);
    const open = placed({ appid: APP });
    await wxpay.native(open);
    await wxpay.closeOrder(open.out_trade_no);
    expect(await wxpay.queryOrder({ out_trade_no: open.out_trade_no })).toMatchObject({ trade_state: 'CLOSED' });
  });

  test('what no account knows is not found', async () => {
    const wxpay = merchant(version);
    const unknown = wxpay.queryOrder({ out_trade_no: 'SHOP00A99' });
    await expect(unknown).rejects.toMatchObject({ meaning: 'order_not_found' });
    await expect(wxpay.queryRefund('R99')).rejects.toMatchObject({ meaning: 'refund_not_found' });
  });

  test('the same order with another account is another one to WeChat', async () => {
    const wxpay = merchant(version);
    const one = placed({ appid: ACCOUNT });
    const first = wxpay.prepay(one, payerOf(ACCOUNT));
    const second = wxpay.prepay({ ...one, appid: MINI } as Order, payerOf(MINI));
    expect((await Promise.allSettled([first, second])).map(({ status }) => status).sort()).toEqual([
      'fulfilled',
      'rejected',
    ]);
  });

  test('an account that is not in the list is refused before anything is sent', async () => {
    const wxpay = merchant(version);
    const one = placed({ appid: UNLISTED });
    await expect(wxpay.prepay(one, payerOf(UNLISTED))).rejects.toMatchObject({
      code: 'ERR_WXPAY_ORDER_INVALID',
      message: expect.stringContaining(`belongs to appid ${UNLISTED}, not ${ACCOUNT} or ${MINI} or ${APP}`),
    });
    expect(() => wxpay.jsapiParams('wx1', one)).toThrow(`not ${ACCOUNT} or ${MINI} or ${APP}`);
    expect(sim.requests).toEqual([]);
  });

  test('a payment of an order that the shop placed with another account is not acknowledged', async () => {
    const wxpay = merchant(version);
    serve(wxpay);
    const one = placed({ appid: MINI });
    await wxpay.prepay(one, payerOf(MINI));
    orders.set(one.out_trade_no, { ...one, appid: APP } as Order);
    sim.switches.notification = 'before';
    await sim.pay({ out_trade_no: one.out_trade_no });
    expect([codes, notices]).toEqual([['ERR_WXPAY_ORDER_INVALID'], []]);
    expect(sim.deliveries).toMatchObject([{ acknowledged: false, status: 500 }]);
  });

  test('an order of the shop that names no account is paid with any of them', async () => {
    const wxpay = merchant(version);
    serve(wxpay);
    const one = placed();
    await wxpay.prepay({ ...one, appid: MINI } as Order, payerOf(MINI));
    await sim.pay({ out_trade_no: one.out_trade_no });
    await sim.settled();
    expect([codes, notices.length]).toEqual([[], 1]);
  });

  test.each<[string, object]>([
    ['an account of the merchant that is not in the list', { wrongAppid: UNLISTED }],
    ['another merchant', { wrongMchid: '1900000110' }],
  ])('a genuine notification of %s is refused', async (_, fault) => {
    const wxpay = merchant(version);
    serve(wxpay);
    const one = placed({ appid: MINI });
    await wxpay.prepay(one, payerOf(MINI));
    sim.switches.notification = 'before';
    sim.switches.next({ notify: fault });
    await sim.pay({ out_trade_no: one.out_trade_no });
    expect([codes, notices]).toEqual([['ERR_WXPAY_WRONG_MERCHANT'], []]);
  });

  test('wxPrepay hands the page the parameters of the account', async () => {
    const wxpay = merchant(version);
    const app = new Koa();
    app.use(wxPrepay({ wxpay, order: () => placed({ appid: MINI }), openid: () => payerOf(MINI).openid }));
    app.use((ctx) => {
      ctx.body = ctx.state.wxpay.jsapi;
    });
    server.on('request', app.callback());
    const { port } = server.address() as AddressInfo;
    const jsapi = await (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST' })).json();
    expect(jsapi).toMatchObject({ appId: MINI });
    expect(await sim.pay(jsapi as never)).toMatchObject({ err_msg: 'get_brand_wcpay_request:ok' });
  });

  test('a service provider’s shop may have several accounts likewise', async () => {
    const [first, second] = SUB_APPIDS as [string, string];
    const wxpay = merchant(version, { appid: ACCOUNT, partner: { sub_mchid: SUB_MCHID, sub_appid: SUB_APPIDS } });
    serve(wxpay);
    for (const sub_appid of [undefined, second]) {
      const one = placed(sub_appid === undefined ? {} : { sub_appid });
      const prepay_id = await wxpay.prepay(one, payerOf(sub_appid ?? first));
      const jsapi = wxpay.jsapiParams(prepay_id, one);
      expect(jsapi.appId).toBe(sub_appid ?? first);
      expect(await sim.pay(jsapi)).toMatchObject({ err_msg: 'get_brand_wcpay_request:ok' });
    }
    await sim.settled();
    expect(codes).toEqual([]);
    expect(notices).toMatchObject([{ payment: { sub_appid: first } }, { payment: { sub_appid: second } }]);
    const found = await wxpay.queryOrder({ out_trade_no: 'SHOP00A1' });
    expect(found).toMatchObject({ trade_state: 'SUCCESS', sub_mchid: SUB_MCHID });
    const amount = { refund: 1, total: 1990 };
    const refund = await wxpay.refund({ out_trade_no: 'SHOP00A1', out_refund_no: 'R1', amount });
    expect(refund).toMatchObject({ sub_mchid: SUB_MCHID });
    await expect(wxpay.prepay(placed({ sub_appid: UNLISTED }), payerOf(UNLISTED))).rejects.toMatchObject({
      code: 'ERR_WXPAY_ORDER_INVALID',
    });
  });
});

const payerless = { clientIp: '203.0.113.7' };

describe('the option', () => {
  test.each<[unknown, string]>([
    [[], '"appid" must be an appid, or a list of at least one'],
    [[ACCOUNT, ACCOUNT], '"appid" must be a list that names each appid once'],
    [[ACCOUNT, 'gh_0123456789ab'], '"appid" must be an appid such as wx0123456789abcdef'],
    [[ACCOUNT, undefined], '"appid" must be an appid such as wx0123456789abcdef'],
    [undefined, '"appid" must be an appid such as wx0123456789abcdef'],
  ])('%j is refused', (appid, message) => {
    expect(() => merchant('v3', { appid: appid as string })).toThrow(message);
  });

  test('that is one account is a list of it', () => {
    expect(merchant('v3', { appid: ACCOUNT })).toMatchObject({ appid: ACCOUNT, appids: [ACCOUNT], sub_appids: [] });
    expect(merchant('v3')).toMatchObject({ appid: ACCOUNT, appids: [ACCOUNT, MINI, APP] });
  });
});
