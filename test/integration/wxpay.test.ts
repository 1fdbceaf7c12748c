import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Order, Wxpay } from 'koa-wxpay';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { order } from '../support/shop.js';
import { merchantOf, versions } from '../support/versions.js';

const CREATE = { v2: '/pay/unifiedorder', v3: '/v3/pay/transactions/jsapi' };
const QUERY = { v2: '/pay/orderquery', v3: '/v3/pay/transactions/out-trade-no/{out_trade_no}' };

let sim: Simulator;
let wxpay: Wxpay;
let payer: { openid: string; clientIp: string };
beforeEach(async () => {
  sim = await createSimulator();
  sim.switches.notification = 'never';
  payer = { openid: sim.people[0]?.openid(sim.app.appid) as string, clientIp: '203.0.113.7' };
});
afterEach(() => sim.close());

describe.each(versions)('API %s', (version) => {
  beforeEach(() => {
    wxpay = merchantOf(sim, version);
  });

  describe('placing an order', () => {
    test('gives a prepay_id whose signed parameters the cashier takes', async () => {
      const prepay_id = await wxpay.prepay(order(), payer);
      expect(prepay_id).toMatch(/^wx/);
      const jsapi = wxpay.jsapiParams(prepay_id);
      expect(Object.values(jsapi).every((value) => typeof value === 'string')).toBe(true);
      expect(await sim.pay(jsapi)).toMatchObject({ err_msg: 'get_brand_wcpay_request:ok' });
    });

    test('parameters changed on the way to the cashier are refused there', async () => {
      const jsapi = wxpay.jsapiParams(await wxpay.prepay(order(), payer));
      for (const change of [{ nonceStr: 'x' }, { timeStamp: '1' }, { paySign: `${jsapi.paySign}0` }]) {
        expect(await sim.pay({ ...jsapi, ...change })).toMatchObject({ err_desc: '支付验证签名失败' });
      }
    });

    test('carries every optional field', async () => {
      const full: Order = order({
        attach: '礼物 50%',
        goods_tag: 'spring',
        detail: { goods_detail: [{ merchant_goods_id: 'tea', quantity: 1, unit_price: 1990 }] },
        time_expire: new Date(sim.clock.now() + 3_600_000),
        limit_pay: ['no_credit'],
        support_fapiao: true,
        settle_info: { profit_sharing: false },
        scene_info: { device_id: 'WEB', store_info: { id: 'S1', name: '茶店' } },
      });
      await wxpay.prepay(full, payer);
      expect(sim.order(full.out_trade_no)).toMatchObject({ total: 1990, attach: '礼物 50%' });
    });

    test('once for everybody who asks at the same time, and again only after two hours', async () => {
      sim.switches.next({ api: { [CREATE[version]]: { latency: 20 } } });
      const ids = await Promise.all(Array.from({ length: 8 }, () => wxpay.prepay(order(), payer)));
      expect(new Set(ids).size).toBe(1);
      sim.switches.api[CREATE[version]] = { resetBefore: true };
      expect(await wxpay.prepay(order(), payer)).toBe(ids[0]);
      sim.switches.clear();
      await sim.clock.advance(2 * 3600 * 1000);
      expect(await wxpay.prepay(order(), payer)).not.toBe(ids[0]);
    });

    test('a row whose empty columns are NULL is an order without them', async () => {
      const row = {
        ...order(),
        ...{ attach: null, detail: null, state: null, limit_pay: null, goods_tag: '', time_expire: null },
        ...{
          settle_info: null,
          scene_info: { device_id: null },
          support_fapiao: null,
          mchid: '',
          transaction_id: null,
        },
      };
      expect(await wxpay.prepay(row, { ...payer, clientIp: null })).toMatch(/^wx/);
      const found = await wxpay.queryOrder({ out_trade_no: row.out_trade_no, transaction_id: null });
      expect(found).toMatchObject({ trade_state: 'NOTPAY' });
      expect(found).not.toHaveProperty('attach');
    });

    test.each<[string, (given: Wxpay) => Promise<unknown>, string]>([
      ['prepay', (given) => given.prepay(order(), { ...payer, client_ip: '::1' } as never), 'did you mean "clientIp"?'],
      [
        'prepay',
        (given) => given.prepay(order(), { ...payer, clientIp: 'unknown' }),
        'an IPv4 or IPv6 address, not unknown',
      ],
      ['native', (given) => given.native(order(), { openid: 'o' } as never), '"openid" is not an option of native'],
      ['queryOrder', (given) => given.queryOrder({ transactionId: '1' } as never), 'did you mean "transaction_id"?'],
      ['queryOrder', (given) => given.queryOrder({ out_trade_no: 'a b' }), '"out_trade_no" must be 1 to 32 of 0-9'],
      ['closeOrder', (given) => given.closeOrder(''), '"out_trade_no" must be 1 to 32 of 0-9'],
    ])('%s names what it would not send', async (_, call, message) => {
      await expect(call(wxpay)).rejects.toThrow(message);
    });

    test('a failed call is not remembered', async () => {
      sim.switches.next({ api: { [CREATE[version]]: { resetBefore: true } } });
      await expect(wxpay.prepay(order(), payer)).rejects.toMatchObject({
        name: 'TransportError',
        code: 'ERR_WXPAY_TRANSPORT',
      });
      expect(await wxpay.prepay(order(), payer)).toMatch(/^wx/);
    });

    test.each<[string, Partial<Order>, RegExp]>([
      ['an out_trade_no of five characters', { out_trade_no: 'ABCDE' }, /"out_trade_no" must be 6 to 32/],
      ['an out_trade_no with a blank', { out_trade_no: 'SHOP 00A17' }, /"out_trade_no"/],
      ['no description', { description: '' }, /"description" must be a string of 1 to 127/],
      ['yuan instead of fen', { amount: { total: 19.9 } }, /"amount.total" must be whole fen, at least 1, not 19.9/],
      ['nothing to pay', { amount: { total: 0 } }, /whole fen, at least 1, not 0/],
      ['an amount in text', { amount: { total: '1990' as never } }, /whole fen, at least 1, not string/],
      [
        'a currency that is none',
        { amount: { total: 1, currency: 'yuan' } },
        /"amount.currency" must be three capitals/,
      ],
      ['an attach that is too long', { attach: 'x'.repeat(129) }, /"attach"/],
      ['a date that is none', { time_expire: new Date('x') }, /"time_expire" must be a valid Date/],
      ['an order of another merchant', { mchid: '1900000110' }, /belongs to mchid 1900000110, not 1900000109/],
      ['an order of another appid', { appid: 'wxffffffffffffffff' }, /belongs to appid/],
    ])('%s is refused before anything is sent', async (_, change, message) => {
      await sim.primary.stop();
      await expect(wxpay.prepay(order(change), payer)).rejects.toMatchObject({
        code: 'ERR_WXPAY_ORDER_INVALID',
        message: expect.stringMatching(message),
      });
    });

    test.each(['paid', 'closed', 'refunded'] as const)(
      'an order that is %s is refused before anything is sent',
      async (state) => {
        await sim.primary.stop();
        await expect(wxpay.prepay(order({ state }), payer)).rejects.toMatchObject({
          code: 'ERR_WXPAY_ORDER_NOT_PAYABLE',
          status: 409,
        });
      },
    );

    test('an openid of nobody is refused by WeChat, with its code and text', async () => {
      await expect(wxpay.prepay(order(), { openid: 'oNobody' })).rejects.toMatchObject({
        name: 'ApiError',
        text: expect.stringMatching(/\S/),
      });
    });

    test('for the other ways to pay: a code, an address, parameters for an app', async () => {
      expect((await wxpay.native(order({ out_trade_no: 'NATIVE01' }))).code_url).toMatch(/^weixin:\/\//);
      const h5 = order({ out_trade_no: 'MWEB0001', scene_info: { h5_info: { type: 'Wap' } } });
      expect((await wxpay.h5(h5, { clientIp: '203.0.113.7' })).h5_url).toMatch(/^https?:\/\//);
      const app = await wxpay.app(order({ out_trade_no: 'APP00001' }));
      expect(app).toMatchObject({ appid: sim.app.appid, partnerid: sim.merchant.mchid, package: 'Sign=WXPay' });
    });
  });

  describe('the same number again', () => {
    beforeEach(() => wxpay.prepay(order(), payer));
    const refused = (change: Partial<Order>, who = payer) =>
      wxpay.prepay(order(change), who).then(
        () => 'accepted',
        ({ meaning }) => meaning,
      );

    test('at another price, for another payer, with another text: order_changed', async () => {
      const other = { openid: sim.people[1]?.openid(sim.app.appid) as string };
      expect(await refused({ amount: { total: 1 } })).toBe('order_changed');
      expect(await refused({}, { ...payer, ...other })).toBe('order_changed');
      expect(await refused({ description: '碧螺春' })).toBe('order_changed');
    });
    test('after it was paid: order_paid', async () => {
      await sim.pay({ out_trade_no: 'SHOP00A17' });
      await sim.clock.advance(2 * 3600 * 1000);
      expect(await refused({})).toBe('order_paid');
    });
    test('after it was closed: order_closed, and closing forgets the prepay_id', async () => {
      await wxpay.closeOrder('SHOP00A17');
      expect(await refused({})).toBe('order_closed');
    });
  });

  describe('asking', () => {
    test('an unpaid order is NOTPAY, a paid one SUCCESS with integer fen, by either number', async () => {
      await wxpay.prepay(order({ attach: '礼物' }), payer);
      expect(await wxpay.queryOrder({ out_trade_no: 'SHOP00A17' })).toMatchObject({
        trade_state: 'NOTPAY',
        out_trade_no: 'SHOP00A17',
      });
      const { transaction_id } = await sim.pay({ out_trade_no: 'SHOP00A17' }, { coupon: 100 });
      const paid = await wxpay.queryOrder({ out_trade_no: 'SHOP00A17' });
      expect(paid).toMatchObject({
        appid: sim.app.appid,
        mchid: sim.merchant.mchid,
        trade_state: 'SUCCESS',
        trade_type: 'JSAPI',
        transaction_id,
        attach: '礼物',
        payer: { openid: payer.openid },
        amount: { total: 1990, payer_total: 1890, currency: 'CNY' },
        success_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/),
        promotion_detail: [expect.objectContaining({ amount: 100 })],
      });
      expect(await wxpay.queryOrder({ transaction_id: transaction_id as string })).toEqual(paid);
    });
    test('a number nobody used: order_not_found', async () => {
      await expect(wxpay.queryOrder({ out_trade_no: 'NOBODY01' })).rejects.toMatchObject({
        name: 'ApiError',
        meaning: 'order_not_found',
      });
    });
    test('a number of no known form is refused before anything is sent', async () => {
      await expect(wxpay.queryOrder({ out_trade_no: 'a b' })).rejects.toMatchObject({
        code: 'ERR_WXPAY_ORDER_INVALID',
      });
    });
  });

  describe('closing', () => {
    test('an unpaid order cannot be paid any more', async () => {
      await wxpay.prepay(order(), payer);
      await wxpay.closeOrder('SHOP00A17');
      expect(await sim.pay({ out_trade_no: 'SHOP00A17' })).toMatchObject({ err_msg: 'get_brand_wcpay_request:fail' });
      expect(await wxpay.queryOrder({ out_trade_no: 'SHOP00A17' })).toMatchObject({ trade_state: 'CLOSED' });
    });
    test('a paid order is order_paid', async () => {
      await wxpay.prepay(order(), payer);
      await sim.pay({ out_trade_no: 'SHOP00A17' });
      await expect(wxpay.closeOrder('SHOP00A17')).rejects.toMatchObject({ meaning: 'order_paid' });
    });
  });

  describe('when the network or WeChat fails', () => {
    test('the second host is asked when no connection to the first can be made', async () => {
      const backed = merchantOf(sim, version, { backupUrl: sim.backupUrl });
      await sim.primary.stop();
      expect(await backed.prepay(order(), payer)).toMatch(/^wx/);
    });
    test('without a second host it is a TransportError that certainly sent nothing', async () => {
      await sim.primary.stop();
      await expect(wxpay.queryOrder({ out_trade_no: 'SHOP00A17' })).rejects.toMatchObject({
        name: 'TransportError',
        notSent: true,
      });
    });
    test('a request that was processed and its answer lost is not repeated elsewhere: the outcome is unknown', async () => {
      const backed = merchantOf(sim, version, { backupUrl: sim.backupUrl });
      sim.switches.next({ api: { [CREATE[version]]: { resetAfter: true } } });
      await expect(backed.prepay(order(), payer)).rejects.toMatchObject({ name: 'TransportError', notSent: false });
      // identical parameters: WeChat takes it as the same order
      expect(await backed.prepay(order(), payer)).toMatch(/^wx/);
    });
    test('no answer in time is a TransportError', async () => {
      const hasty = merchantOf(sim, version, { timeout: 50 });
      sim.switches.api[CREATE[version]] = { latency: 60_000 };
      await expect(hasty.prepay(order(), payer)).rejects.toMatchObject({
        name: 'TransportError',
        message: expect.stringContaining('within 50 ms'),
      });
    });
    test('a body that trickles past the time is a TransportError too', async () => {
      const hasty = merchantOf(sim, version, { timeout: 100 });
      sim.switches.api[CREATE[version]] = { slowBody: 50 };
      await expect(hasty.prepay(order(), payer)).rejects.toMatchObject({ name: 'TransportError' });
    });
    test('a host that accepts and says nothing is given up', async () => {
      const silent = createServer(() => {});
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const { port } = silent.address() as { port: number };
      const hasty = merchantOf(sim, version, { baseUrl: `http://127.0.0.1:${port}`, timeout: 50 });
      await expect(hasty.queryOrder({ out_trade_no: 'SHOP00A17' })).rejects.toMatchObject({ name: 'TransportError' });
      silent.close();
    });
    test('SYSTEMERROR means the outcome is unknown', async () => {
      sim.switches.next({ api: { [CREATE[version]]: { systemError: true } } });
      await expect(wxpay.prepay(order(), payer)).rejects.toMatchObject({ meaning: 'unknown_outcome' });
    });
    test('an answer whose signature does not fit is not believed', async () => {
      await wxpay.prepay(order(), payer);
      sim.switches.next({ api: { [QUERY[version]]: { badSignature: true } } });
      await expect(wxpay.queryOrder({ out_trade_no: 'SHOP00A17' })).rejects.toMatchObject({
        name: 'VerificationError',
        code: 'ERR_WXPAY_BAD_SIGNATURE',
      });
    });
    test('a page of HTML and an answer cut short are errors, not results', async () => {
      sim.switches.next({ api: { [CREATE[version]]: { badGateway: true } } });
      await expect(wxpay.prepay(order(), payer)).rejects.toMatchObject({ name: expect.stringMatching(/Error$/) });
      sim.switches.next({ api: { [CREATE[version]]: { truncated: true } } });
      await expect(wxpay.prepay(order(), payer)).rejects.toMatchObject({ name: 'TransportError' });
    });
    test('no error tells the key or a signature', async () => {
      sim.switches.next({ api: { [CREATE[version]]: { resetBefore: true } } });
      const error = await wxpay.prepay(order(), payer).catch((error) => error);
      expect(`${error.stack} ${JSON.stringify(error)} ${error.cause}`).not.toMatch(
        new RegExp(`${sim.merchant.key}|sign`, 'i'),
      );
    });
  });
});
