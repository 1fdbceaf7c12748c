import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { beijingDay } from '../../example-app/src/beijing.js';
import { billDays, dayBefore } from '../../example-app/src/bill.js';
import { findGood } from '../../example-app/src/goods.js';
import { createOrder } from '../../example-app/src/orders.js';
import { Customer } from '../support/customer.js';
import { type RunningShop, startShop } from '../support/example-shop.js';
import { versions } from '../support/versions.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Moments around the ends of days in Beijing, in London and in New York. */
const MOMENTS: [moment: string, day: string][] = [
  ['2026-01-31T23:59:59+08:00', '2026-01-31'],
  ['2026-02-01T00:00:00+08:00', '2026-02-01'],
  ['2026-02-01T00:30:00+08:00', '2026-02-01'],
  ['2026-02-01T07:59:59+08:00', '2026-02-01'],
  ['2026-02-01T08:00:00+08:00', '2026-02-01'],
  ['2026-02-01T13:00:00+08:00', '2026-02-01'],
  ['2027-01-01T00:00:01+08:00', '2027-01-01'],
  ['2028-02-29T03:00:00+08:00', '2028-02-29'],
];

describe.each(versions)('over API %s', (api) => {
  let running: RunningShop;
  let customer: Customer;
  beforeAll(async () => {
    running = await startShop({ api });
    customer = new Customer(running.simulator);
  });
  afterAll(() => running.stop());

  const now = () => running.shop.wxpay.now();
  const advance = (ms: number) => running.simulator.clock.advance(ms);
  const today = () => beijingDay(now());
  const bill = async (day: string) => (await customer.open(`/owner/bill?date=${day}`)).text;
  /** To so many seconds before or after the next midnight in Beijing, which is four in the afternoon in UTC. */
  async function toMidnight(seconds: number): Promise<void> {
    await advance(DAY - ((now() + 8 * HOUR) % DAY) + seconds * 1000);
  }
  async function buy(): Promise<string> {
    const id = await customer.order();
    await running.simulator.pay(await customer.prepay(id));
    await running.simulator.settled();
    return id;
  }

  test.each(MOMENTS)('an order made at %s has a number of %s', async (moment, day) => {
    const good = (await findGood(running.db, 'tea'))!;
    const id = await createOrder(running.db, { openid: 'o', good, quantity: 1, form: moment, now: Date.parse(moment) });
    expect(id).toMatch(new RegExp(`^${day.replaceAll('-', '')}[2-9A-Z]{8}$`));
    expect(beijingDay(Date.parse(moment))).toBe(day);
    expect(dayBefore(Date.parse(moment) + DAY)).toBe(day);
    expect(billDays(Date.parse(moment)).newest < day).toBe(true);
  });

  test('what is bought and refunded between midnight and eight is in the bill of the day its number names', async () => {
    await toMidnight(1800);
    const id = await buy();
    expect(id.slice(0, 8)).toBe(today().replaceAll('-', ''));
    await customer.post(`/owner/orders/${id}/refunds/1`, { refund: '9.00' });
    await advance(60_000);
    await running.simulator.settled();

    const [day, before] = [today(), dayBefore(now())];
    await advance(36 * HOUR);
    expect(await bill(day)).toContain('账单与本店记录一致');
    expect(await bill(before)).toContain('当日没有账单');
  });

  test('a refund is in the books of the day WeChat accepted it, not of the day it was first asked for', async () => {
    const { switches } = running.simulator;
    await toMidnight(-600);
    const id = await buy();
    const first = today();
    switches.refund.notEnough = true;
    await customer.post(`/owner/orders/${id}/refunds/1`, { refund: '9.00' });
    switches.refund.notEnough = false;
    await advance(HOUR / 3);
    const second = today();
    await customer.post(`/owner/refunds/${id}-R1/retry`, {});
    await advance(36 * HOUR);
    await running.simulator.settled();

    expect(second > first).toBe(true);
    for (const day of [first, second]) expect(await bill(day)).toContain('账单与本店记录一致');
  });
});
