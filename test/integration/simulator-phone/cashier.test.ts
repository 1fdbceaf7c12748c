import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { sha1Hex } from '../../../src/core/crypto/digest.js';
import type { JsapiParams } from '../../../src/core/vocabulary.js';
import { createSimulator, type Simulator } from '../../../src/simulator/index.js';
import { stoppedClock } from '../../support/stopped-clock.js';
import { placeOrder } from './shop.js';

let sim: Simulator;
let params: JsapiParams;
let count = 0;
beforeAll(async () => {
  sim = await createSimulator({ now: stoppedClock() });
});
afterAll(() => sim.close());
beforeEach(async () => {
  sim.switches.clear();
  sim.switches.notification = 'never';
  params = await placeOrder(sim, `CASHIER${++count}`);
});

const post = async (path: 'ask' | 'pay', body: unknown, person = 'xiaoming') =>
  (
    await request(sim.phoneUrl)
      .post(`/__wechat/cashier/${path}`)
      .set('Cookie', `wxsim_person=${person}`)
      .send(body as object)
      .expect(200)
  ).body;
const call = (path: 'ask' | 'pay', over: object = {}, person?: string) =>
  post(path, { params: { ...params, ...over }, page: 'https://shop.example/pay' }, person);

describe('the cashier', () => {
  test('shows what is to be paid, and by whom', async () => {
    expect(await call('ask')).toEqual({
      sheet: {
        description: '龙井茶 250g',
        mchid: sim.merchant.mchid,
        total: 1990,
        coupon: 0,
        payer_total: 1990,
        person: '小明',
      },
    });
    expect(sim.order(`CASHIER${count}`)?.trade_state).toBe('NOTPAY');
  });

  test('takes the money once', async () => {
    expect(await call('pay')).toEqual({ err_msg: 'get_brand_wcpay_request:ok' });
    expect(sim.order(`CASHIER${count}`)?.trade_state).toBe('SUCCESS');
    expect(await call('pay')).toEqual({
      err_msg: 'get_brand_wcpay_request:fail',
      err_desc: '该订单已支付',
    });
  });

  test('takes a coupon off, and leaves at least one fen', async () => {
    sim.switches.cashier.coupon = 90;
    expect(await call('ask')).toMatchObject({
      sheet: { total: 1990, coupon: 90, payer_total: 1900 },
    });
    sim.switches.cashier.coupon = 5000;
    expect(await call('ask')).toMatchObject({ sheet: { payer_total: 1 } });
    await call('pay');
    expect(sim.order(`CASHIER${count}`)?.payer_total).toBe(1);
  });

  test('says ok though nobody paid, when switched', async () => {
    sim.switches.cashier.falseOk = true;
    expect(await call('pay')).toEqual({ err_msg: 'get_brand_wcpay_request:ok' });
    expect(sim.order(`CASHIER${count}`)?.trade_state).toBe('NOTPAY');
  });

  test.each<[string, object, string]>([
    ['a timeStamp that is a number', { timeStamp: 1 }, 'timeStamp'],
    ['a missing nonceStr', { nonceStr: undefined }, 'nonceStr'],
    ['another signature', { paySign: '0'.repeat(32) }, '支付验证签名失败'],
    ['a signature by another algorithm', { signType: 'HMAC-SHA256' }, '支付验证签名失败'],
    ['an unknown account', { appId: 'wxnobody' }, 'appId'],
    ['a package without its prefix', { package: 'wx1' }, 'package'],
    ['an unknown prepay_id', { package: 'prepay_id=wx1' }, 'prepay_id'],
  ])('does not open for %s', async (_, over, err_desc) => {
    const answer = await call('ask', over);
    expect(answer).toEqual({
      err_msg: 'get_brand_wcpay_request:fail',
      err_desc: expect.stringContaining(err_desc),
    });
    expect(await call('pay', over)).toEqual(answer);
    expect(sim.order(`CASHIER${count}`)?.trade_state).toBe('NOTPAY');
  });

  test('does not open for somebody else', async () => {
    expect(await call('ask', {}, 'laowang')).toMatchObject({
      err_desc: '下单账号与支付账号不一致',
    });
  });

  test('does not open two hours later', async () => {
    await sim.clock.advance(7_200_000);
    expect(await call('ask')).toMatchObject({ err_msg: 'get_brand_wcpay_request:fail' });
  });

  test.each([[null], ['text'], [[1]], [{ params: 'text' }], [{ params: [] }]])(
    '%j is no set of parameters',
    async (body) => {
      expect(await post('ask', JSON.stringify(body))).toMatchObject({
        err_msg: 'get_brand_wcpay_request:fail',
      });
      expect(await post('pay', JSON.stringify(body))).toMatchObject({
        err_msg: 'get_brand_wcpay_request:fail',
      });
    },
  );
});

describe('wx.config', () => {
  const config = async (over: object = {}) => {
    const query = { grant_type: 'client_credential', appid: sim.app.appid, secret: sim.app.secret };
    const { body } = await request(sim.url).get('/cgi-bin/token').query(query);
    const ticket = await request(sim.url)
      .get('/cgi-bin/ticket/getticket')
      .query({ access_token: body.access_token });
    const url = 'http://shop.example/pay?a=1';
    const signature = sha1Hex(
      `jsapi_ticket=${ticket.body.ticket}&noncestr=Wm3W&timestamp=1414587457&url=${url}`,
    );
    const sent = {
      appId: sim.app.appid,
      timestamp: 1414587457,
      nonceStr: 'Wm3W',
      signature,
      url: `${url}#top`,
      ...over,
    };
    return (await request(sim.phoneUrl).post('/__wechat/config').send(sent)).body;
  };

  test('accepts the signature of this page with the ticket of this account', async () => {
    expect(await config()).toEqual({ errMsg: 'config:ok' });
  });

  test.each([
    { url: 'http://shop.example/pay?a=2' },
    { nonceStr: 'other' },
    { appId: 'wxother' },
    { signature: undefined },
  ])('refuses %j', async (over) => {
    expect(await config(over)).toEqual({ errMsg: 'config:invalid signature' });
  });
});

test('the bridge and the JS-SDK are scripts that parse', async () => {
  for (const name of ['bridge.js', 'jweixin.js']) {
    const { text, headers } = await request(sim.phoneUrl).get(`/__wechat/${name}`).expect(200);
    expect(headers['content-type']).toMatch(/^text\/javascript/);
    expect(() => new Function(text)).not.toThrow();
  }
  await request(sim.phoneUrl).get('/__wechat/other').expect(404);
});
