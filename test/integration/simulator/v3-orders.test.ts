import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { readNotice } from '../../support/read-notice.js';
import { order } from '../../support/shop.js';
import { stoppedClock } from '../../support/stopped-clock.js';
import { merchantOf, versions } from '../../support/versions.js';
import { createShop } from './support.js';
import { call, JSAPI, orderBody } from './v3-support.js';

let sim: Simulator;
beforeEach(async () => {
  sim = await createSimulator({
    now: stoppedClock(),
    apps: [{ appid: 'wxfedcba9876543210', secret: 's'.repeat(32), scopes: [] }],
    merchant: { subMerchants: { '1900000110': ['wxfedcba9876543210'] } },
  });
  sim.switches.notification = 'never';
});
afterEach(() => sim.close());

const payer = (appid = sim.app.appid) => ({
  openid: sim.people[0]?.openid(appid) as string,
  clientIp: '127.0.0.1',
});
const { out_trade_no } = order();

describe('an order over API v3', () => {
  test('placed again is the same one, changed is another', async () => {
    const { body } = await call(sim, 'POST', JSAPI, orderBody(sim));
    expect((await call(sim, 'POST', JSAPI, orderBody(sim))).body).toEqual(body);
    const changed = orderBody(sim, { amount: { total: 2000 } });
    expect(await call(sim, 'POST', JSAPI, changed)).toMatchObject({
      status: 403,
      body: { code: 'OUT_TRADE_NO_USED' },
    });
  });

  test('is closed with 204, and again; then it cannot be placed', async () => {
    await call(sim, 'POST', JSAPI, orderBody(sim));
    const path = `/v3/pay/transactions/out-trade-no/${out_trade_no}/close`;
    for (let n = 0; n < 2; n++) {
      const answer = await call(sim, 'POST', path, { mchid: sim.merchant.mchid });
      expect(answer).toMatchObject({ status: 204, text: '' });
      expect(answer.headers['wechatpay-signature']).toBeTruthy();
    }
    expect(await call(sim, 'POST', JSAPI, orderBody(sim))).toMatchObject({
      status: 400,
      body: { code: 'ORDER_CLOSED' },
    });
  });

  test('that is paid is refused in the words of a rule', async () => {
    await call(sim, 'POST', JSAPI, orderBody(sim));
    await sim.pay({ out_trade_no });
    expect(await call(sim, 'POST', JSAPI, orderBody(sim))).toMatchObject({
      status: 400,
      body: { code: 'ORDER_PAID' },
    });
  });

  test('of another account or openid is refused', async () => {
    const appid = 'wxfedcba9876543210';
    expect(await call(sim, 'POST', JSAPI, orderBody(sim, { appid }))).toMatchObject({
      status: 400,
      body: { code: 'APPID_MCHID_NOT_MATCH' },
    });
    expect(await call(sim, 'POST', JSAPI, orderBody(sim, { payer: payer(appid) }))).toMatchObject({
      status: 400,
      body: { code: 'PARAM_ERROR', message: '无效的openid' },
    });
  });

  test('with an end too near lasts a minute', async () => {
    const time_expire = new Date(sim.clock.now()).toISOString();
    expect(await call(sim, 'POST', JSAPI, orderBody(sim, { time_expire }))).toMatchObject({
      status: 200,
    });
    await sim.clock.advance(60_000);
    expect(await sim.pay({ out_trade_no })).toMatchObject({ err_desc: '订单已过期，请重新下单' });
  });

  test('is not found by a transaction_id of another merchant', async () => {
    const wxpay = merchantOf(sim, 'v3');
    await wxpay.prepay(order(), payer());
    const { transaction_id = '' } = await sim.pay({ out_trade_no });
    expect(await wxpay.queryOrder({ transaction_id })).toMatchObject({
      out_trade_no,
      trade_state: 'SUCCESS',
    });
    await expect(
      wxpay.queryOrder({ transaction_id: `${transaction_id.slice(0, -1)}x` }),
    ).rejects.toMatchObject({
      meaning: 'order_not_found',
    });
  });
});

describe.each(versions)('over API %s', (version) => {
  test('a code_url lives two hours and an h5_url five minutes', async () => {
    const wxpay = merchantOf(sim, version);
    const { code_url } = await wxpay.native(order(), { clientIp: '127.0.0.1' });
    const h5 = order({ out_trade_no: 'H5ORDER', scene_info: { h5_info: { type: 'Wap' } } });
    const { h5_url } = await wxpay.h5(h5, { clientIp: '127.0.0.1' });
    await sim.clock.advance(299_000);
    expect(await sim.pay({ url: h5_url })).toMatchObject({ err_msg: 'get_brand_wcpay_request:ok' });
    const late = await wxpay.h5({ ...h5, out_trade_no: 'H5LATE' }, { clientIp: '127.0.0.1' });
    await sim.clock.advance(300_000);
    expect(await sim.pay({ url: late.h5_url })).toMatchObject({
      err_desc: '链接已过期，请重新下单',
    });
    expect(await sim.pay({ url: code_url })).toMatchObject({
      err_msg: 'get_brand_wcpay_request:ok',
    });
    const code = await wxpay.native(order({ out_trade_no: 'NATIVE' }), { clientIp: '127.0.0.1' });
    await sim.clock.advance(7_200_000);
    expect(await sim.pay({ url: code.code_url })).toMatchObject({
      err_desc: '链接已过期，请重新下单',
    });
  });

  test('a coupon above the total is refused, and nothing is paid', async () => {
    const wxpay = merchantOf(sim, version);
    await wxpay.prepay(order(), payer());
    expect(await sim.pay({ out_trade_no }, { coupon: 1991 })).toEqual({
      err_msg: 'get_brand_wcpay_request:fail',
      err_desc: '优惠金额大于订单金额',
    });
    expect(sim.order(out_trade_no)).toMatchObject({ trade_state: 'NOTPAY' });
  });

  test.each([undefined, 'wxfedcba9876543210'])(
    'a service provider orders for another, whose account is %s',
    async (sub_appid) => {
      const shop = await createShop();
      sim.switches.notification = 'after';
      const partner = { sub_mchid: '1900000110', ...(sub_appid && { sub_appid }) };
      const wxpay = merchantOf(sim, version, { partner, notifyUrl: shop.url });
      const jsapi = wxpay.jsapiParams(await wxpay.prepay(order(), payer(sub_appid)));
      expect(jsapi.appId).toBe(sub_appid ?? sim.app.appid);
      expect(await sim.pay(jsapi)).toMatchObject({ err_msg: 'get_brand_wcpay_request:ok' });
      await sim.settled();
      const { body, headers } = shop.received[0] as (typeof shop.received)[number];
      const distinct = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, [String(value)]]),
      );
      const facts = {
        out_trade_no,
        mchid: sim.merchant.mchid,
        sub_mchid: '1900000110',
        trade_state: 'SUCCESS',
      };
      expect(await readNotice(wxpay, body, distinct)).toMatchObject({
        type: 'payment.success',
        payment: facts,
      });
      expect(await wxpay.queryOrder({ out_trade_no })).toMatchObject(facts);
      await wxpay.refund({ out_trade_no, out_refund_no: 'R1', amount: { refund: 1, total: 1990 } });
      await sim.clock.advance(5_000);
      expect(await wxpay.queryRefund('R1')).toMatchObject({
        status: 'SUCCESS',
        sub_mchid: '1900000110',
      });
      await shop.close();
    },
  );

  test('a service provider orders for nobody else', async () => {
    const wxpay = merchantOf(sim, version, { partner: { sub_mchid: '1900000111' } });
    await expect(wxpay.prepay(order(), payer())).rejects.toMatchObject({
      wechatCode: version === 'v2' ? 'NOAUTH' : 'NO_AUTH',
    });
  });
});

describe('an unpaid order of API v2, seen from API v3,', () => {
  beforeEach(async () => {
    await merchantOf(sim, 'v2').prepay(order(), payer());
  });

  test('may work: the same order, paid as v3 signs', async () => {
    const wxpay = merchantOf(sim, 'v3');
    expect(await wxpay.queryOrder({ out_trade_no })).toMatchObject({ trade_state: 'NOTPAY' });
    const prepay_id = await wxpay.prepay(order(), payer());
    expect(sim.order(out_trade_no)?.prepayIds).toEqual([prepay_id]);
    expect(await sim.pay(wxpay.jsapiParams(prepay_id))).toMatchObject({
      err_msg: 'get_brand_wcpay_request:ok',
    });
    expect(await merchantOf(sim, 'v2').queryOrder({ out_trade_no })).toMatchObject({
      trade_state: 'SUCCESS',
    });
  });

  test('may be unknown: its number is free, and two orders bear it', async () => {
    sim.switches.v3.v2Orders = 'unknown';
    const wxpay = merchantOf(sim, 'v3');
    await expect(wxpay.queryOrder({ out_trade_no })).rejects.toMatchObject({
      meaning: 'order_not_found',
    });
    await expect(wxpay.closeOrder(out_trade_no)).rejects.toMatchObject({
      meaning: 'order_not_found',
    });
    const prepay_id = await wxpay.prepay(order(), payer());
    expect(await sim.pay(wxpay.jsapiParams(prepay_id))).toMatchObject({
      err_msg: 'get_brand_wcpay_request:ok',
    });
    expect(await merchantOf(sim, 'v2').queryOrder({ out_trade_no })).toMatchObject({
      trade_state: 'NOTPAY',
    });
  });

  test('may be known, and its number used', async () => {
    sim.switches.v3.v2Orders = 'used';
    const wxpay = merchantOf(sim, 'v3');
    await expect(wxpay.prepay(order(), payer())).rejects.toMatchObject({
      meaning: 'order_changed',
    });
    expect(await wxpay.queryOrder({ out_trade_no })).toMatchObject({ trade_state: 'NOTPAY' });
    await wxpay.closeOrder(out_trade_no);
    expect(sim.order(out_trade_no)).toMatchObject({ trade_state: 'CLOSED' });
  });
});
