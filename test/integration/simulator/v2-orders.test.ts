import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from '../../../src/simulator/index.js';
import { stoppedClock } from '../../support/stopped-clock.js';
import { closeOrder, order, query } from './support.js';

let sim: Simulator;
beforeEach(async () => {
  sim = await createSimulator({ now: stoppedClock() });
  sim.switches.notification = 'never';
});
afterEach(() => sim.close());

const facts = async (answer: Promise<Map<string, string>>) => Object.fromEntries(await answer);
const prepay = async (overrides = {}) => (await order(sim, overrides)).get('prepay_id') as string;
const PAID = { result_code: 'FAIL', err_code: 'ORDERPAID' };
const CLOSED = { result_code: 'FAIL', err_code: 'ORDERCLOSED' };
const DUPLICATE = {
  result_code: 'FAIL',
  err_code: 'INVALID_REQUEST',
  err_code_des: '201 商户订单号重复',
};

test('an order gets a prepay_id of the documented form', async () => {
  expect(await prepay()).toMatch(/^wx\d{14}[0-9a-f]{20}$/);
});

test('NATIVE answers a code_url and MWEB an mweb_url', async () => {
  const native = await facts(order(sim, { trade_type: 'NATIVE', product_id: '1', openid: '' }));
  expect(native.code_url).toMatch(/^weixin:\/\/wxpay\/bizpayurl\?pr=\w+$/);
  const h5 = await order(sim, {
    trade_type: 'MWEB',
    scene_info: '{}',
    out_trade_no: 'SHOP00A18',
    openid: '',
  });
  expect(h5.get('mweb_url')).toMatch(/checkmweb\?prepay_id=wx/);
});

test('the same order again is the same prepay_id inside two hours and a new one after', async () => {
  const first = await prepay();
  await sim.clock.advance((2 * 3600 - 60) * 1000);
  expect(await prepay()).toBe(first);
  await sim.clock.advance(61_000);
  const second = await prepay();
  expect(second).not.toBe(first);
  expect(await sim.pay({ prepay_id: first })).toMatchObject({
    err_msg: 'get_brand_wcpay_request:fail',
  });
  expect(await sim.pay({ prepay_id: second })).toMatchObject({
    err_msg: 'get_brand_wcpay_request:ok',
  });
});

test('a rule makes every order again a new prepay_id', async () => {
  await sim.close();
  sim = await createSimulator({ now: stoppedClock(), rules: { reissue: 'new' } });
  expect(await prepay()).not.toBe(await prepay());
});

test.each([
  ['total_fee', '1991'],
  ['body', '两杯茶'],
  ['trade_type', 'APP'],
  ['fee_type', 'USD'],
  ['attach', 'x'],
  ['detail', '{}'],
  ['goods_tag', 'x'],
  ['time_expire', '20991231235959'],
  ['notify_url', 'https://shop.example/other'],
])('the same number with another %s is a duplicate', async (name, value) => {
  await order(sim);
  expect(await facts(order(sim, { [name]: value }))).toMatchObject(DUPLICATE);
});

test('the same number for another payer is a duplicate', async () => {
  await order(sim);
  expect(
    await facts(order(sim, { openid: sim.people[1]?.openid(sim.app.appid) as string })),
  ).toMatchObject(DUPLICATE);
});

test.each([
  ['nonce_str', 'another'],
  ['spbill_create_ip', '::1'],
  ['time_start', '20260101000000'],
  ['sign_type', 'HMAC-SHA256'],
])('another %s is still the same order', async (name, value) => {
  await order(sim);
  expect(await facts(order(sim, { [name]: value }))).toMatchObject({ result_code: 'SUCCESS' });
});

test('a rule lets another notify_url pass', async () => {
  await sim.close();
  sim = await createSimulator({ now: stoppedClock(), rules: { compareNotifyUrl: false } });
  await order(sim);
  expect((await order(sim, { notify_url: 'https://shop.example/other' })).get('result_code')).toBe(
    'SUCCESS',
  );
});

test('an unpaid order is NOTPAY, without the facts of a payment', async () => {
  await order(sim);
  const answer = await facts(query(sim));
  expect(answer).toMatchObject({
    result_code: 'SUCCESS',
    trade_state: 'NOTPAY',
    out_trade_no: 'SHOP00A17',
  });
  expect(answer).not.toHaveProperty('transaction_id');
});

test('a paid order is SUCCESS under both numbers, and the transaction_id wins', async () => {
  await order(sim, { attach: '桌 7' });
  const { transaction_id } = await sim.pay({ out_trade_no: 'SHOP00A17' });
  expect(transaction_id).toMatch(/^4200\d{24}$/);
  const openid = sim.people[0]?.openid(sim.app.appid);
  const paid = {
    trade_state: 'SUCCESS',
    total_fee: '1990',
    cash_fee: '1990',
    transaction_id,
    openid,
    attach: '桌 7',
  };
  expect(await facts(query(sim))).toMatchObject(paid);
  expect(
    await facts(query(sim, { transaction_id: transaction_id as string, out_trade_no: 'no such' })),
  ).toMatchObject(paid);
});

test('a coupon shrinks cash_fee and leaves total_fee', async () => {
  await order(sim);
  await sim.pay({ out_trade_no: 'SHOP00A17' }, { coupon: 90 });
  const coupon = { coupon_fee: '90', coupon_count: '1', coupon_fee_0: '90', coupon_type_0: 'CASH' };
  expect(await facts(query(sim))).toMatchObject({ total_fee: '1990', cash_fee: '1900', ...coupon });
});

test('a coupon may come without its type', async () => {
  await order(sim);
  await sim.pay({ out_trade_no: 'SHOP00A17' }, { coupon: 90, couponType: 'absent' });
  const answer = await query(sim);
  expect([answer.get('coupon_fee_0'), answer.get('coupon_type_0')]).toEqual(['90', undefined]);
});

test('a paid order can be neither ordered nor closed again', async () => {
  await order(sim);
  await sim.pay({ out_trade_no: 'SHOP00A17' });
  expect(await facts(order(sim))).toMatchObject(PAID);
  expect(await facts(closeOrder(sim))).toMatchObject(PAID);
});

test('a refund of a part makes the order REFUND', async () => {
  await order(sim);
  await sim.pay({ out_trade_no: 'SHOP00A17' });
  sim.refund('SHOP00A17', 1);
  expect(await facts(query(sim))).toMatchObject({ trade_state: 'REFUND', total_fee: '1990' });
  expect(() => sim.refund('SHOP00A17', 1990)).toThrow('at most the 1989');
});

test('nothing leaves CLOSED', async () => {
  const prepay_id = await prepay();
  expect(await facts(closeOrder(sim))).toMatchObject({ result_code: 'SUCCESS', result_msg: 'OK' });
  expect(await facts(closeOrder(sim))).toMatchObject(CLOSED);
  expect(await facts(order(sim))).toMatchObject(CLOSED);
  expect(await sim.pay({ prepay_id })).toMatchObject({ err_desc: '该订单已关闭' });
  expect(await facts(query(sim))).toMatchObject({ trade_state: 'CLOSED' });
});

test('a number nobody ordered does not exist', async () => {
  expect(await facts(query(sim))).toMatchObject({ result_code: 'FAIL', err_code: 'ORDERNOTEXIST' });
  expect(await facts(closeOrder(sim))).toMatchObject({
    result_code: 'FAIL',
    err_code: 'ORDERNOTEXIST',
  });
});

test('an order nobody pays is closed after seven days', async () => {
  await order(sim);
  await sim.clock.advance(7 * 24 * 3600 * 1000);
  expect(await facts(query(sim))).toMatchObject({ trade_state: 'CLOSED' });
});

const inSeconds = (seconds: number): string =>
  new Date(sim.clock.now() + (seconds + 8 * 3600) * 1000)
    .toISOString()
    .slice(0, 19)
    .replace(/\D/g, '');

test('after time_expire an order cannot be paid, and stays NOTPAY until it is closed', async () => {
  await order(sim, { time_expire: inSeconds(120) });
  await sim.clock.advance(121_000);
  expect(await sim.pay({ out_trade_no: 'SHOP00A17' })).toMatchObject({
    err_desc: '订单已过期，请重新下单',
  });
  expect(await facts(query(sim))).toMatchObject({ trade_state: 'NOTPAY' });
  expect(await facts(closeOrder(sim))).toMatchObject({ result_code: 'SUCCESS' });
});

test('a time_expire in less than a minute is refused', async () => {
  expect(await facts(order(sim, { time_expire: inSeconds(30) }))).toMatchObject({
    err_code: 'INVALID_REQUEST',
  });
});

test('state may still be NOTPAY for a moment after ok', async () => {
  await order(sim);
  sim.switches.lag = 3_000;
  await sim.pay({ out_trade_no: 'SHOP00A17' });
  expect(await facts(query(sim))).toMatchObject({ trade_state: 'NOTPAY' });
  await sim.clock.advance(3_000);
  expect(await facts(query(sim))).toMatchObject({ trade_state: 'SUCCESS' });
});
