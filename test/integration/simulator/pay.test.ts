import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from '../../../src/simulator/index.js';
import { stoppedClock } from '../../support/stopped-clock.js';
import { order, params } from './support.js';

let sim: Simulator;
let prepay_id: string;
beforeEach(async () => {
  sim = await createSimulator({ now: stoppedClock() });
  sim.switches.notification = 'never';
  prepay_id = (await order(sim)).get('prepay_id') as string;
});
afterEach(() => sim.close());

const fails = (err_desc: string) => ({ err_msg: 'get_brand_wcpay_request:fail', err_desc });
const OK = { err_msg: 'get_brand_wcpay_request:ok', transaction_id: expect.any(String) };

test('parameters signed as the order was are paid', async () => {
  expect(await sim.pay(params(sim, prepay_id))).toEqual(OK);
});

test('an order placed with HMAC-SHA256 is paid with HMAC-SHA256 only', async () => {
  const hmac = (await order(sim, { out_trade_no: 'HMAC01', sign_type: 'HMAC-SHA256' })).get(
    'prepay_id',
  ) as string;
  expect(await sim.pay(params(sim, hmac))).toEqual(fails('支付验证签名失败'));
  expect(await sim.pay(params(sim, hmac, 'HMAC-SHA256'))).toEqual(OK);
});

test.each(['appId', 'timeStamp', 'nonceStr', 'package', 'signType', 'paySign'])(
  '%s must be there',
  async (name) => {
    expect(await sim.pay({ ...params(sim, prepay_id), [name]: '' })).toEqual(
      fails(`调用支付JSAPI缺少参数：${name}`),
    );
  },
);

test('timeStamp must be a string, as iOS has it', async () => {
  expect(await sim.pay({ ...params(sim, prepay_id), timeStamp: 1414561699 })).toEqual(
    fails('支付参数类型错误：timeStamp必须是字符串'),
  );
});

test.each([
  ['appId', 'wx0000000000000000', 'appId无效'],
  ['package', 'wx201410272009395522657a690389285100', 'package参数错误：应为prepay_id=***'],
  ['package', 'prepay_id=wx201410272009395522657a690389285100', 'prepay_id无效'],
  ['paySign', '0'.repeat(32), '支付验证签名失败'],
  ['nonceStr', 'another', '支付验证签名失败'],
])('a wrong %s is refused', async (name, value, err_desc) => {
  expect(await sim.pay({ ...params(sim, prepay_id), [name]: value })).toEqual(fails(err_desc));
});

test('parameters signed with another key are refused', async () => {
  expect(await sim.pay(params(sim, prepay_id, 'MD5', 'another key'))).toEqual(
    fails('支付验证签名失败'),
  );
});

test('a prepay_id of another account is refused', async () => {
  await sim.close();
  sim = await createSimulator({
    now: stoppedClock(),
    apps: [{ appid: 'wxffffffffffffffff', secret: 's', scopes: [] }],
  });
  const prepay_id = (await order(sim)).get('prepay_id') as string;
  const foreign = { ...params(sim, prepay_id), appId: 'wxffffffffffffffff' };
  expect(await sim.pay(foreign)).toEqual(fails('prepay_id与appId不匹配'));
});

test('a prepay_id lives two hours', async () => {
  await sim.clock.advance(2 * 3600 * 1000);
  expect(await sim.pay(params(sim, prepay_id))).toEqual(fails('订单已过期，请重新下单'));
});

test('only the person it was ordered for may pay', async () => {
  expect(await sim.pay(params(sim, prepay_id), { person: sim.people[1]! })).toEqual(
    fails('下单账号与支付账号不一致'),
  );
  expect(await sim.pay(params(sim, prepay_id), { person: 'nobody' })).toEqual(fails('用户不存在'));
});

test('of two windows one pays', async () => {
  const both = await Promise.all([
    sim.pay(params(sim, prepay_id)),
    sim.pay(params(sim, prepay_id)),
  ]);
  expect(both).toEqual([OK, fails('该订单已支付')]);
});

describe('the page must be in a payment directory', () => {
  const page = 'https://www.weixin.com/123/456/abc.html?a=/b/#/c/';
  test.each([
    ['https://www.weixin.com/', true],
    ['https://www.weixin.com/123/456/', true],
    ['https://www.weixin.com/123/', false],
    ['http://www.weixin.com/', false],
    ['https://www.Weixin.com/', false],
    ['https://www.weixin.com/123/456', false],
  ])('%s: %s', async (directory, allowed) => {
    await sim.close();
    sim = await createSimulator({ now: stoppedClock(), merchant: { payDirectories: [directory] } });
    sim.switches.notification = 'never';
    const prepay_id = (await order(sim)).get('prepay_id') as string;
    expect(await sim.pay(params(sim, prepay_id), { page })).toEqual(
      allowed ? OK : fails(`当前页面的URL未注册：${page}`),
    );
  });
});
