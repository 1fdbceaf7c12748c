import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Koa from 'koa';
import { createSettlement, memoryOnce, type Notice, type Order, type Wxpay, wxNotify } from 'koa-wxpay';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { listening, order } from '../support/shop.js';
import { merchantOf, type Version, versions } from '../support/versions.js';

const SUB_MCHID = '1900000200';
const SUB_APPID = 'wxfedcba9876543210';

let sim: Simulator;
let server: Server;
let notices: Notice[];
let errors: string[];

beforeEach(async () => {
  sim = await createSimulator({
    apps: [{ appid: SUB_APPID, secret: 'x'.repeat(32), scopes: ['snsapi_base'] }],
    merchant: { subMerchants: { [SUB_MCHID]: [SUB_APPID] } },
  });
  notices = [];
  errors = [];
  server = await listening(createServer());
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await sim.close();
});

const notifyUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`;

function provider(version: Version, partner: { sub_mchid: string; sub_appid?: string }): Wxpay {
  return merchantOf(sim, version, { partner, notifyUrl: notifyUrl() });
}

function serve(wxpay: Wxpay, changes: Partial<Order> = {}): void {
  const app = new Koa();
  app.on('error', ({ code, message }) => errors.push(code ?? message));
  app.use(
    wxNotify(
      createSettlement({
        wxpay,
        findOrder: async () => order(changes),
        once: memoryOnce(),
        fulfil: async (notice) => void notices.push(notice),
      }),
    ),
  );
  server.on('request', app.callback());
}

describe.each(versions)('a service provider over API %s', (version) => {
  test.each([
    ["of the sub merchant's own account: its appid signs", SUB_APPID],
    ["of the provider's account: the provider's appid signs", undefined],
  ])('takes a payment by an openid %s', async (_, sub_appid) => {
    const wxpay = provider(version, { sub_mchid: SUB_MCHID, ...(sub_appid && { sub_appid }) });
    serve(wxpay);
    const openid = sim.people[0]?.openid(sub_appid ?? sim.app.appid) as string;
    const jsapi = wxpay.jsapiParams(await wxpay.prepay(order(), { openid, clientIp: '203.0.113.7' }));
    expect(jsapi.appId).toBe(sub_appid ?? sim.app.appid);
    expect(await sim.pay(jsapi)).toMatchObject({ err_msg: 'get_brand_wcpay_request:ok' });
    await sim.settled();
    expect(errors).toEqual([]);
    const who = { appid: sim.app.appid, mchid: sim.merchant.mchid, sub_mchid: SUB_MCHID, out_trade_no: 'SHOP00A17' };
    expect(notices).toMatchObject([{ type: 'payment.success', payment: { ...who, amount: { total: 1990 } } }]);
    expect(await wxpay.queryOrder({ out_trade_no: 'SHOP00A17' })).toMatchObject({ ...who, trade_state: 'SUCCESS' });
    const refund = await wxpay.refund({
      out_trade_no: 'SHOP00A17',
      out_refund_no: 'R1',
      amount: { refund: 1, total: 1990 },
    });
    expect(refund).toMatchObject({ sub_mchid: SUB_MCHID, out_refund_no: 'R1' });
    expect(await wxpay.queryRefund('R1')).toMatchObject({ sub_mchid: SUB_MCHID });
  });

  test("is not paid for an order of another sub merchant's, which has the same number and price", async () => {
    const wxpay = provider(version, { sub_mchid: SUB_MCHID });
    serve(wxpay, { sub_mchid: '1900000201' });
    sim.switches.notification = 'before';
    const openid = sim.people[0]?.openid(sim.app.appid) as string;
    await wxpay.prepay(order({ sub_mchid: SUB_MCHID }), { openid, clientIp: '203.0.113.7' });
    await sim.pay({ out_trade_no: 'SHOP00A17' });
    expect([errors, notices]).toEqual([['ERR_WXPAY_ORDER_INVALID'], []]);
  });

  test('closes an order of its sub merchant', async () => {
    const wxpay = provider(version, { sub_mchid: SUB_MCHID });
    const openid = sim.people[0]?.openid(sim.app.appid) as string;
    await wxpay.prepay(order(), { openid, clientIp: '203.0.113.7' });
    await wxpay.closeOrder('SHOP00A17');
    expect(await wxpay.queryOrder({ out_trade_no: 'SHOP00A17' })).toMatchObject({ trade_state: 'CLOSED' });
  });

  test("refuses the genuine notification of another sub merchant, and of an ordinary merchant's order", async () => {
    serve(provider(version, { sub_mchid: '1900000201' }));
    sim.switches.notification = 'before';
    const theirs = provider(version, { sub_mchid: SUB_MCHID });
    const openid = sim.people[0]?.openid(sim.app.appid) as string;
    await theirs.prepay(order(), { openid, clientIp: '203.0.113.7' });
    await sim.pay({ out_trade_no: 'SHOP00A17' });
    const plain = merchantOf(sim, version, { notifyUrl: notifyUrl() });
    await plain.prepay(order({ out_trade_no: 'SHOP00A18' }), { openid, clientIp: '203.0.113.7' });
    await sim.pay({ out_trade_no: 'SHOP00A18' });
    expect(errors).toEqual(['ERR_WXPAY_WRONG_MERCHANT', 'ERR_WXPAY_WRONG_MERCHANT']);
    expect(notices).toEqual([]);
  });
});
