import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { findOrderById } from '../../example-app/src/orders.js';
import { reconcileRefunds, refundOrder } from '../../example-app/src/refunding.js';
import { listRefunds } from '../../example-app/src/refunds.js';
import { createShop } from '../../example-app/src/shop.js';
import { Customer } from '../support/customer.js';
import { type RunningShop, startShop } from '../support/example-shop.js';
import { versions } from '../support/versions.js';

const AGAIN = /重试|再试|try again/i;

describe.each(versions)('a refund that is not accepted, over API %s', (api) => {
  let running: RunningShop;
  let customer: Customer;
  let id: string;

  beforeAll(async () => {
    running = await startShop({ api });
    customer = new Customer(running.simulator);
  });
  afterAll(() => running.stop());
  beforeEach(async () => {
    await running.reset();
    id = await customer.order();
    await running.simulator.pay(await customer.prepay(id));
    await running.simulator.settled();
  });

  const order = async () => (await findOrderById(running.db, id))!;
  const refunds = () => listRefunds(running.db, [id]);
  /** Follows the answer of a form to the page it leads to. */
  const pageOf = async ({ headers }: { headers: Record<string, unknown> }) =>
    (await customer.open(headers.location as string)).text;
  const refund = async (n: number, yuan: string) =>
    pageOf(await customer.post(`/owner/orders/${id}/refunds/${n}`, { refund: yuan }));
  const retry = async (n: number) => pageOf(await customer.post(`/owner/refunds/${id}-R${n}/retry`, {}));

  type Case = [why: string, prepare: () => unknown, sentence: string];
  const FOR_GOOD: Case[] = [
    ['the payment is too old', () => running.simulator.clock.advance(366 * 24 * 3_600_000), '付款已超过一年'],
    [
      'WeChat knows no such payment',
      () => set("transaction_id = '4200000000000000000000000000'"),
      '微信查不到这笔付款',
    ],
    ['WeChat has another total', () => set('total = 9000'), '金额'],
    ['less is left at WeChat than here', () => byHandUnnoticed(100), '金额大于'],
  ];
  const set = (what: string) => running.db.query(`update orders set ${what} where id = $1`, [id]);
  /** In the merchant platform, and the shop does not hear of it. */
  const byHandUnnoticed = (fen: number) => {
    running.simulator.switches.refund.notification = 'never';
    running.simulator.refund(id, fen);
  };
  /** In the merchant platform, with what its notification says. */
  const byHand = async (fen: number) => {
    byHandUnnoticed(fen);
    const { mchid, out_refund_no, refund_id } = running.simulator.refunds.at(-1)!;
    const { transaction_id, total } = await order();
    const facts = { mchid, out_refund_no, refund_id, out_trade_no: id, transaction_id: transaction_id! };
    const refund = { ...facts, status: 'SUCCESS', amount: { refund: fen, total, currency: 'CNY' } };
    running.simulator.switches.refund.notification = 'after';
    return running.shop.settlement.settle({ type: 'refund.success', refund, raw: {}, authenticity: 'signed' });
  };

  test.each(FOR_GOOD)('because %s says why, and not to try again', async (_, prepare, sentence) => {
    await prepare();
    const text = await refund(1, '89.00');
    expect(text).toContain('微信拒绝');
    expect(text).toContain(sentence);
    expect(text).not.toMatch(AGAIN);
    expect(await refunds()).toMatchObject([{ state: 'refused' }]);
    // Nothing is under way, so nothing is kept from another refund.
    expect(await order()).toMatchObject({ state: 'paid', asked_back: 0, given_back: 0 });
    expect(text).toContain(`/owner/orders/${id}/refunds/2`);
  });

  type Fault = NonNullable<RunningShop['simulator']['switches']['api'][string]>;
  const PASSING: [what: string, fault: Fault, answer: string][] = [
    ['no answer', { resetBefore: true }, '结果未知'],
    ['a lost answer', { resetAfter: true }, '结果未知'],
    ['an answer that nobody signed', { badSignature: true }, '结果未知'],
    ['a system error', { systemError: true }, '结果未知'],
    ['a bad gateway', { badGateway: true }, '结果未知'],
    ['too many requests', { tooMany: true }, '微信要求稍候'],
  ];
  test.each(PASSING)('because of %s says to try again, and is one refund then', async (_, fault, answer) => {
    running.simulator.switches.api = { '*': fault };
    const text = await refund(1, '89.00');
    expect([text, text]).toEqual([expect.stringContaining(answer), expect.stringMatching(AGAIN)]);
    expect(await refunds()).toMatchObject([{ state: 'asked' }]);
    expect(await order()).toMatchObject({ asked_back: 8900 });

    running.simulator.switches.api = {};
    await retry(1);
    await running.simulator.clock.advance(60_000);
    await running.simulator.settled();
    expect(await order()).toMatchObject({ state: 'refunded', asked_back: 8900, given_back: 8900 });
    expect(running.simulator.refunds.filter(({ out_trade_no }) => out_trade_no === id)).toHaveLength(1);
  });

  test('because the merchant has no money says to top up first, and goes through afterwards', async () => {
    running.simulator.switches.refund.notEnough = true;
    const text = await refund(1, '89.00');
    expect(text).toContain('商户账户余额不足，请先充值');
    expect(text).toContain('Send again once topped up');
    running.simulator.switches.refund.notEnough = false;
    expect(await retry(1)).toContain('微信已受理');
    expect(await order()).toMatchObject({ asked_back: 8900 });
  });

  test('may be made by hand instead, and the shop hears of it', async () => {
    running.simulator.switches.refund.notEnough = true;
    await refund(1, '89.00');
    await byHand(8900);
    expect(await order()).toMatchObject({ state: 'refunded', asked_back: 8900, given_back: 8900 });
    expect(await retry(1)).toContain('超出可退金额');
  });

  test('may be made by hand while its outcome is unknown, and is never given back twice', async () => {
    running.simulator.switches.api = { '*': { resetBefore: true } };
    await refund(1, '50.00');
    running.simulator.switches.api = {};
    await byHand(6000);
    expect(await order()).toMatchObject({ state: 'paid', given_back: 6000, asked_back: 8900 });
    expect(await retry(1)).toContain('微信拒绝');
    expect(await order()).toMatchObject({ state: 'paid', given_back: 6000, asked_back: 6000 });
    await refund(2, '29.00');
    await running.simulator.clock.advance(60_000);
    await running.simulator.settled();
    expect(await order()).toMatchObject({ state: 'refunded', given_back: 8900 });
  });

  test('leaves its money to another refund, and cannot be sent again once that has it', async () => {
    running.simulator.switches.refund.notEnough = true;
    await refund(1, '89.00');
    running.simulator.switches.refund.notEnough = false;
    expect(await refund(2, '60.00')).toContain('微信已受理');
    expect(await retry(1)).toContain('超出可退金额');
    expect(await refunds()).toMatchObject([{ state: 'refused' }, { state: 'processing' }]);
    expect(await order()).toMatchObject({ asked_back: 6000 });
  });

  test('and cannot be asked for holds up no other whose end is not known', async () => {
    const first = id;
    await refund(1, '10.00');
    await running.db.query(`update refunds set out_refund_no = '' where order_id = $1`, [first]);
    id = await customer.order('tea');
    await running.simulator.pay(await customer.prepay(id));
    running.simulator.switches.refund.notification = 'never';
    await running.simulator.settled();
    await refund(1, '68.00');
    await running.simulator.clock.advance(120_000);
    await reconcileRefunds(running.shop);
    expect(await order()).toMatchObject({ state: 'refunded' });
  });

  if (api === 'v3') return;

  test('because the shop has no client certificate says that it is not set up, and not to try again', async () => {
    const { db, wechat, cookieKey } = running.shop;
    const merchant = { ...wechat.merchant, baseUrl: 'https://api.mch.weixin.qq.com' };
    const shop = createShop({ db, cookieKey, wechat: { ...wechat, origin: 'https://shop.example', merchant } });
    expect(await refundOrder(shop, id, 1, 100)).toBe('refused');
    const { text } = await customer.open('/owner?note=refused');
    expect(text).toContain('本店还没有配置好退款');
    expect(text).not.toMatch(AGAIN);
  });
});
