import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dayBefore } from '../../example-app/src/bill.js';
import { Customer } from '../support/customer.js';
import { type RunningShop, startShop } from '../support/example-shop.js';
import { versions } from '../support/versions.js';

describe.each(versions)("the day's bill on the owner's page, over API %s", (api) => {
  let running: RunningShop;
  let customer: Customer;

  beforeAll(async () => {
    running = await startShop({ api });
    customer = new Customer(running.simulator);
  });
  afterAll(() => running.stop());

  const buy = async (good?: string) => {
    const id = await customer.order(good);
    await running.simulator.pay(await customer.prepay(id));
    await running.simulator.settled();
    return id;
  };
  const bill = async (query = '') => (await customer.open(`/owner/bill${query}`)).text;

  test('agrees with the books, and says what is missing on either side', async () => {
    const { clock, switches } = running.simulator;
    const refunded = await buy();
    await customer.post(`/owner/orders/${refunded}/refunds/1`, { refund: '9.00' });
    await clock.advance(60_000);
    await running.simulator.settled();
    await buy('tea');
    const today = dayBefore(clock.now() + 24 * 3_600_000);
    await clock.advance(36 * 3600 * 1000);
    expect(await bill(`?date=${today}`)).toContain('账单与本店记录一致');

    switches.notification = 'never';
    const lost = await buy('cup');
    switches.notification = 'after';
    const kept = await buy('postcard');
    await running.db.query('update orders set total = 2 where id = $1', [kept]);
    const next = dayBefore(clock.now() + 24 * 3_600_000);
    await clock.advance(36 * 3600 * 1000);
    const text = await bill(`?date=${next}`);
    expect(text).toContain('有 2 处不一致');
    expect(text).toMatch(new RegExp(`本店没有[\\s\\S]*${lost}`));
    expect(text).toMatch(new RegExp(`金额不同[\\s\\S]*0\\.01[\\s\\S]*0\\.02[\\s\\S]*${kept}`));
  });

  test('of a day without payments is none', async () => {
    const day = dayBefore(running.simulator.clock.now() - 20 * 24 * 3_600_000);
    expect(await bill(`?date=${day}`)).toContain('当日没有账单');
  });

  test('of a day that is not over, or older than WeChat keeps them, is told as such', async () => {
    const { clock } = running.simulator;
    const today = dayBefore(clock.now() + 24 * 3_600_000);
    expect(await bill(`?date=${today}`)).toContain('账单还没有生成');
    expect(await bill('?date=2020-01-31')).toContain('早于三个月前');
    expect(await bill()).toMatch(new RegExp(`min="\\d{4}-\\d\\d-\\d\\d" max="${dayBefore(clock.now())}"`));
  });

  test.each(['yesterday', '2026-1-1', '2026-13-01'])('of "%s" is refused', async (day) => {
    expect((await customer.open(`/owner/bill?date=${day}`)).status).toBe(400);
  });
});
