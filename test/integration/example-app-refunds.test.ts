import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { findOrderById } from '../../example-app/src/orders.js';
import { reconcileRefunds } from '../../example-app/src/refunding.js';
import { listRefunds } from '../../example-app/src/refunds.js';
import { Customer } from '../support/customer.js';
import { type RunningShop, startShop } from '../support/example-shop.js';
import { versions } from '../support/versions.js';

describe.each(versions)("refunds from the owner's page over API %s", (api) => {
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
  const states = async () => (await refunds()).map(({ state }) => state);
  const atWechat = () => running.simulator.refunds.filter(({ out_trade_no }) => out_trade_no === id);
  const noteOf = ({ headers }: { headers: Record<string, unknown> }) => String(headers.location).split('note=')[1];
  const refund = async (n: number, yuan: string) =>
    noteOf(await customer.post(`/owner/orders/${id}/refunds/${n}`, { refund: yuan }));
  const retry = async (n: number) => noteOf(await customer.post(`/owner/refunds/${id}-R${n}/retry`, {}));
  /** The end of what is under way, and its notification. */
  const arrive = async (seconds = 60) => {
    await running.simulator.clock.advance(seconds * 1000);
    await running.simulator.settled();
  };

  test('a refund is under way until its notification comes, and then the order is refunded', async () => {
    expect(await refund(1, '89.00')).toBe('processing');
    expect(await states()).toEqual(['processing']);
    expect(await order()).toMatchObject({ state: 'paid', asked_back: 8900, given_back: 0 });

    await arrive();
    expect(await states()).toEqual(['success']);
    expect(await order()).toMatchObject({ state: 'refunded', given_back: 8900 });
    expect((await customer.open(`/orders/${id}`)).text).toContain('已退款');
  });

  test('parts of an order are given back one by one, and never more than was paid', async () => {
    await refund(1, '30.00');
    await arrive();
    expect(await order()).toMatchObject({ state: 'paid', asked_back: 3000, given_back: 3000 });
    expect(await refund(2, '59.01')).toBe('too_much');
    expect(await refund(2, '59.00')).toBe('processing');
    await arrive();
    expect(await order()).toMatchObject({ state: 'refunded', given_back: 8900 });
    expect(atWechat()).toHaveLength(2);
  });

  test('a button pressed eight times at once is one refund', async () => {
    const notes = await Promise.all(Array.from({ length: 8 }, () => refund(1, '10.00')));
    expect(notes.every((note) => note === 'processing' || note === 'asked')).toBe(true);
    await arrive();
    expect([atWechat().length, await states()]).toEqual([1, ['success']]);
    expect(await order()).toMatchObject({ state: 'paid', given_back: 1000 });
  });

  test('the same button with another amount changes nothing', async () => {
    await refund(1, '10.00');
    expect(await refund(1, '20.00')).toBe('moved');
    expect((await refunds()).map(({ refund }) => refund)).toEqual([1000]);
  });

  test('a refund whose answer was lost is unknown or found, and never a second one', async () => {
    running.simulator.switches.api = { '*': { resetAfter: true } };
    expect(await refund(1, '10.00')).toBe('unknown');
    expect(await states()).toEqual(['asked']);
    expect((await customer.open('/owner')).text).toContain('结果未知');

    running.simulator.switches.api = {};
    expect(await retry(1)).toBe('processing');
    await arrive();
    expect([atWechat().length, await states()]).toEqual([1, ['success']]);
  });

  test('a refund WeChat refuses says why, and goes through under its number when it can', async () => {
    running.simulator.switches.refund.notEnough = true;
    expect(await refund(1, '10.00')).toBe('refused');
    expect((await customer.open('/owner')).text).toMatch(/微信拒绝[\s\S]*NOT_?ENOUGH/);
    running.simulator.switches.refund.notEnough = false;
    expect(await retry(1)).toBe('processing');
    await arrive();
    expect(await refunds()).toMatchObject([{ state: 'success', reason: null }]);
  });

  test('a refund that WeChat closed gives nothing back, and leaves all of the order to refund', async () => {
    running.simulator.switches.refund.outcome = 'CLOSED';
    await refund(1, '89.00');
    await arrive();
    expect(await states()).toEqual(['closed']);
    expect(await order()).toMatchObject({ state: 'paid', asked_back: 0, given_back: 0 });
    running.simulator.switches.refund.outcome = 'SUCCESS';
    await refund(2, '89.00');
    await arrive();
    expect(await order()).toMatchObject({ state: 'refunded' });
  });

  test('a refund the account of the payer did not take is shown as stuck', async () => {
    running.simulator.switches.refund.outcome = 'ABNORMAL';
    await refund(1, '89.00');
    await arrive();
    expect(await states()).toEqual(['abnormal']);
    expect((await customer.open('/owner')).text).toContain('退款异常');
  });

  test('a refund whose notification never comes is asked for by the job', async () => {
    running.simulator.switches.refund.notification = 'never';
    await refund(1, '89.00');
    await arrive(10);
    await reconcileRefunds(running.shop);
    expect(await states()).toEqual(['processing']);
    await arrive(60);
    await reconcileRefunds(running.shop);
    expect(await states()).toEqual(['success']);
    expect(await order()).toMatchObject({ state: 'refunded', given_back: 8900 });
  });

  test('a refund made by hand in the merchant platform is the shop’s refund too', async () => {
    const notice = {
      mchid: running.simulator.merchant.mchid,
      out_trade_no: id,
      transaction_id: (await order()).transaction_id as string,
      out_refund_no: 'by-hand-1',
      refund_id: '50000000000000000000000000001',
      status: 'SUCCESS',
      amount: { refund: 900, total: 8900, currency: 'CNY' },
    };
    const settle = () =>
      running.shop.settlement.settle({ type: 'refund.success', refund: notice, raw: {}, authenticity: 'signed' });
    await Promise.all([settle(), settle()]);
    expect(await refunds()).toMatchObject([{ out_refund_no: 'by-hand-1', state: 'success', refund: 900 }]);
    expect(await order()).toMatchObject({ state: 'paid', asked_back: 900, given_back: 900 });
  });

  test('an order nobody paid has nothing to give back', async () => {
    const unpaid = await customer.order();
    const answer = await customer.post(`/owner/orders/${unpaid}/refunds/1`, { refund: '1.00' });
    expect(noteOf(answer)).toBe('too_much');
    expect(await listRefunds(running.db, [unpaid])).toEqual([]);
  });

  test.each(['', '0', '-1', '0.001', 'all'])('an amount of "%s" is refused', async (yuan) => {
    expect((await customer.post(`/owner/orders/${id}/refunds/1`, { refund: yuan })).status).toBe(400);
    expect(await refunds()).toEqual([]);
  });

  test.each(['0', '51', 'x'])('a refund number %s is refused', async (n) => {
    expect((await customer.post(`/owner/orders/${id}/refunds/${n}`, { refund: '1.00' })).status).toBe(400);
  });
});
