import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import type { Notice, Wxpay } from '../../../src/index.js';
import { readNotice } from '../../support/read-notice.js';
import { order } from '../../support/shop.js';
import { stoppedClock } from '../../support/stopped-clock.js';
import { merchantOf, type Version, versions } from '../../support/versions.js';
import { createShop, type Shop } from './support.js';

const { out_trade_no } = order();
let sim: Simulator;
let shop: Shop;
let wxpay: Wxpay;

async function paid(version: Version, coupon = 0): Promise<void> {
  wxpay = merchantOf(sim, version, { refundNotifyUrl: shop.url });
  await wxpay.prepay(order(), {
    openid: sim.people[0]?.openid(sim.app.appid) as string,
    clientIp: '127.0.0.1',
  });
  await sim.pay({ out_trade_no }, { coupon });
}

const give = (out_refund_no: string, refund: number, total = 1990) =>
  wxpay.refund({ out_trade_no, out_refund_no, amount: { refund, total } });

const told = (n: number): Promise<Notice> => {
  const { body, headers } = shop.received[n] as Shop['received'][number];
  const distinct = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [String(value)]]),
  );
  return readNotice(wxpay, body, distinct);
};

beforeEach(async () => {
  sim = await createSimulator({ now: stoppedClock() });
  sim.switches.notification = 'never';
  shop = await createShop();
});
afterEach(async () => {
  await sim.close();
  await shop.close();
});

describe.each(versions)('a refund over API %s', (version) => {
  test('is accepted, done after a while, and told', async () => {
    await paid(version, 90);
    expect(await give('R1', 1000)).toMatchObject({
      status: 'PROCESSING',
      amount: { refund: 1000, total: 1990 },
    });
    expect(await wxpay.queryOrder({ out_trade_no })).toMatchObject({ trade_state: 'REFUND' });
    await sim.clock.advance(5_000);
    const refund = {
      out_refund_no: 'R1',
      status: 'SUCCESS',
      amount: { refund: 1000, payer_total: 1900 },
    };
    expect(await wxpay.queryRefund('R1')).toMatchObject(refund);
    expect(await told(0)).toMatchObject({
      type: 'refund.success',
      refund: { out_refund_no: 'R1', status: 'SUCCESS' },
    });
    expect(sim.deliveries).toMatchObject([{ kind: `${version}.refund`, acknowledged: true }]);
    expect(sim.refunds).toMatchObject([{ by: version, out_refund_no: 'R1', state: 'SUCCESS' }]);
  });

  test.each([
    ['CLOSED', 'refund.closed'],
    ['ABNORMAL', 'refund.abnormal'],
  ] as const)('may end as %s', async (outcome, type) => {
    await paid(version);
    sim.switches.refund.outcome = outcome;
    await give('R1', 1000);
    await sim.clock.advance(5_000);
    expect(await told(0)).toMatchObject({ type, refund: { status: outcome } });
  });

  test('that is closed leaves its money to the next', async () => {
    await paid(version);
    sim.switches.refund.outcome = 'CLOSED';
    await give('R1', 1990);
    await sim.clock.advance(5_000);
    expect(await give('R2', 1990)).toMatchObject({ status: 'PROCESSING' });
  });

  test('with the same number and values is the same refund', async () => {
    await paid(version);
    const { refund_id } = await give('R1', 1000);
    expect(await give('R1', 1000)).toMatchObject({ refund_id });
    expect(sim.order(out_trade_no)).toMatchObject({ refunded: 1000 });
  });

  test('with the same number and another amount is refused', async () => {
    await paid(version);
    await give('R1', 1000);
    await expect(give('R1', 900)).rejects.toMatchObject({ meaning: 'refund_mismatch' });
    expect(sim.refunds).toHaveLength(1);
  });

  test('cannot add up to more than the order', async () => {
    await paid(version);
    await give('R1', 1000);
    await give('R2', 990);
    await expect(give('R3', 1)).rejects.toMatchObject({ name: 'ApiError' });
    expect(sim.order(out_trade_no)).toMatchObject({ refunded: 1990 });
  });

  test('is the fiftieth at most', async () => {
    await paid(version);
    for (let n = 1; n <= 50; n++) await give(`R${n}`, 1);
    await expect(give('R51', 1)).rejects.toMatchObject({ name: 'ApiError' });
    expect(sim.refunds).toHaveLength(50);
  });

  test('comes a year late', async () => {
    await paid(version);
    await sim.clock.advance((365 * 24 * 3600 + 1) * 1000);
    await expect(give('R1', 1)).rejects.toMatchObject({ text: expect.stringMatching(/超/) });
  });

  test('of an order nobody paid, or nobody knows, is refused', async () => {
    wxpay = merchantOf(sim, version);
    await wxpay.prepay(order(), {
      openid: sim.people[0]?.openid(sim.app.appid) as string,
      clientIp: '127.0.0.1',
    });
    await expect(give('R1', 1000)).rejects.toMatchObject({ meaning: 'order_not_found' });
    await expect(wxpay.queryRefund('R1')).rejects.toMatchObject({ meaning: 'refund_not_found' });
  });

  test('needs money', async () => {
    await paid(version);
    sim.switches.refund.notEnough = true;
    await expect(give('R1', 1)).rejects.toMatchObject({ meaning: 'not_enough' });
  });

  test('whose answer was lost happened once', async () => {
    await paid(version);
    const path = version === 'v2' ? '/secapi/pay/refund' : '/v3/refund/domestic/refunds';
    sim.switches.next({ api: { [path]: { resetAfter: true } } });
    expect(await give('R1', 1000)).toMatchObject({ out_refund_no: 'R1' });
    expect(sim.order(out_trade_no)).toMatchObject({ refunded: 1000 });
  });
});

test('a v3 refund without an address is told in v2’s form where the merchant platform has one, and otherwise not', async () => {
  await sim.close();
  sim = await createSimulator({ now: stoppedClock(), merchant: { refundNotifyUrl: shop.url } });
  sim.switches.notification = 'never';
  await paid('v3');
  wxpay = merchantOf(sim, 'v3', { v2: { key: sim.merchant.key } });
  sim.refund(out_trade_no, 10);
  await sim.settled();
  expect(sim.deliveries).toMatchObject([{ kind: 'v2.refund', acknowledged: true }]);
  expect(await told(0)).toMatchObject({ type: 'refund.success', authenticity: 'encrypted-only' });
});

test('a refund by hand is done at once, and told to nobody without an address', async () => {
  await paid('v3');
  sim.refund(out_trade_no, 990);
  await sim.settled();
  expect(sim.refunds).toMatchObject([{ by: 'hand', refund: 990, state: 'SUCCESS' }]);
  expect(sim.deliveries).toEqual([]);
  expect(() => sim.refund(out_trade_no, 1001)).toThrow(/at most the 1000/);
});

test('an abnormal refund takes another way, to a card that only WeChat can read', async () => {
  await paid('v3');
  sim.switches.refund.outcome = 'ABNORMAL';
  const { refund_id } = await give('R1', 1000);
  const other = {
    refund_id,
    out_refund_no: 'R1',
    type: 'USER_BANK_CARD',
    bank_type: 'ICBC_DEBIT',
  } as const;
  const card = { ...other, bank_account: '6222020200112230', real_name: '小明' };
  await expect(wxpay.applyAbnormalRefund(card)).rejects.toMatchObject({
    wechatCode: 'INVALID_REQUEST',
  });
  await sim.clock.advance(5_000);
  sim.switches.refund.outcome = 'SUCCESS';
  await expect(wxpay.applyAbnormalRefund(other)).rejects.toMatchObject({
    wechatCode: 'PARAM_ERROR',
  });
  expect(await wxpay.applyAbnormalRefund(card)).toMatchObject({
    user_received_account: '银行卡尾号2230',
  });
  await sim.clock.advance(5_000);
  expect(await wxpay.queryRefund('R1')).toMatchObject({ status: 'SUCCESS' });
});
