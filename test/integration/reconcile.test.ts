import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  createSettlement,
  memoryOnce,
  type Once,
  type Order,
  type PendingOrder,
  type ReconcileOptions,
  reconcile,
  type Wxpay,
} from 'koa-wxpay';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { order } from '../support/shop.js';
import { stoppedClock } from '../support/stopped-clock.js';
import { merchantOf, versions } from '../support/versions.js';

const QUERY = { v2: '/pay/orderquery', v3: '/v3/pay/transactions/out-trade-no/{out_trade_no}' };
const CLOSE = { v2: '/pay/closeorder', v3: '/v3/pay/transactions/out-trade-no/{out_trade_no}/close' };

let sim: Simulator;
let wxpay: Wxpay;
let orders: Map<string, PendingOrder>;
let effects: string[];
let closed: string[];
let once: Once<undefined>;

beforeEach(async () => {
  sim = await createSimulator({ now: stoppedClock() });
  sim.switches.notification = 'never';
  orders = new Map();
  effects = [];
  closed = [];
  once = memoryOnce();
});
afterEach(() => sim.close());

const now = (): number => sim.clock.now();

const settlement = () =>
  createSettlement<undefined>({
    wxpay,
    findOrder: async (out_trade_no) => orders.get(out_trade_no)?.order ?? null,
    once,
    fulfil: async (notice) => {
      if (notice.type !== 'payment.success') return;
      const { out_trade_no, transaction_id } = notice.payment;
      effects.push(out_trade_no);
      change(out_trade_no, { state: 'paid', transaction_id });
    },
  });

const change = (out_trade_no: string, changes: Partial<Order>): void => {
  const row = orders.get(out_trade_no) as PendingOrder;
  orders.set(out_trade_no, { ...row, order: { ...row.order, ...changes } as Order });
};

async function* pending(): AsyncGenerator<PendingOrder> {
  for (const row of [...orders.values()]) if ((row.order.state ?? 'pending') === 'pending') yield row;
}

const place = async (out_trade_no: string, changes: Partial<Order> = {}): Promise<void> => {
  const placed = order({ out_trade_no, ...changes });
  await wxpay.prepay(placed, { openid: sim.people[0]?.openid(sim.app.appid) as string });
  orders.set(out_trade_no, { order: placed, prepaidAt: now() });
};

const run = (changes: Partial<ReconcileOptions> = {}) =>
  reconcile(settlement(), {
    pending,
    onClosed: ({ out_trade_no }) => {
      closed.push(out_trade_no);
      change(out_trade_no, { state: 'closed' });
    },
    ...changes,
  });

describe.each(versions)('API %s', (version) => {
  beforeEach(() => {
    wxpay = merchantOf(sim, version);
  });

  test('paid orders whose notification never came are settled, unpaid ones stay, young ones are left to their notification', async () => {
    await place('PAID0001');
    await place('UNPAID01');
    await sim.pay({ out_trade_no: 'PAID0001' });
    await sim.clock.advance(60_000);
    await place('YOUNG001');
    expect(await run()).toMatchObject({ settled: 1, pending: 1, young: 1, closed: 0, failed: 0, complete: true });
    expect(effects).toEqual(['PAID0001']);
    expect(await run()).toMatchObject({ settled: 0, pending: 1, young: 1 });
    expect(effects).toEqual(['PAID0001']);
  });

  test('a third of the notifications lost: all are settled, none twice', async () => {
    const numbers = Array.from({ length: 60 }, (_, n) => `MANY${String(n).padStart(4, '0')}`);
    const shop = settlement();
    for (const number of numbers) {
      await place(number);
      await sim.pay({ out_trade_no: number });
    }
    const delivered = numbers.filter((_, n) => n % 3 !== 0);
    for (const number of delivered) await shop.query(number);
    await sim.clock.advance(60_000);
    const reports = await Promise.all([run(), run(), run()]);
    expect(reports.every(({ complete }) => complete)).toBe(true);
    expect([...effects].sort()).toEqual(numbers);
  });

  test('WeChat is asked again when the next look falls due, and not before', async () => {
    await place('LOOKS001');
    const looks: number[] = [];
    const placed = sim.clock.now();
    let { since } = await run();
    while (sim.clock.now() - placed < 7_140_000) {
      await sim.clock.advance(30_000);
      const report = await run({ ...(since !== undefined && { since }) });
      if (report.pending === 1) looks.push(Math.round((sim.clock.now() - placed) / 30_000) * 30);
      since = report.since;
    }
    expect(looks).toEqual([60, 180, 300, 600, 1800, 3600, 5400]);
  });

  test('an order past its time is closed at WeChat first, then the host is told', async () => {
    await place('EXPIRED1', { time_expire: new Date(now() + 300_000) });
    await place('OLD00001');
    await sim.clock.advance(301_000);
    expect(await run()).toMatchObject({ closed: 1, pending: 1 });
    expect(closed).toEqual(['EXPIRED1']);
    expect(sim.order('EXPIRED1')).toMatchObject({ trade_state: 'CLOSED' });
    await sim.clock.advance(7_200_000);
    expect(await run()).toMatchObject({ closed: 1 });
    expect(closed).toEqual(['EXPIRED1', 'OLD00001']);
  });

  test('an order that was closed elsewhere is closed here too', async () => {
    await place('CLOSED01');
    await wxpay.closeOrder('CLOSED01');
    await sim.clock.advance(60_000);
    expect(await run()).toMatchObject({ closed: 1 });
  });

  test('paid between the question and the closing: WeChat decides, and it is settled', async () => {
    await place('LASTSEC1');
    await sim.clock.advance((7200 - 1) * 1000);
    // the answer to the query is on its way while somebody pays
    sim.switches.lag = 0;
    const real = wxpay;
    wxpay = Object.freeze({
      ...real,
      closeOrder: async (out_trade_no: string) => {
        await sim.pay({ out_trade_no });
        return real.closeOrder(out_trade_no);
      },
    });
    expect(await run({ expireAfter: 7_000_000 })).toMatchObject({ settled: 1, closed: 0 });
    expect(effects).toEqual(['LASTSEC1']);
  });

  test('a number WeChat never heard of waits, and is closed when its time is over', async () => {
    orders.set('NEVER001', {
      order: order({ out_trade_no: 'NEVER001' }),
      prepaidAt: new Date(now() - 120_000),
    });
    expect(await run()).toMatchObject({ pending: 1 });
    await sim.clock.advance(7_200_000);
    expect(await run()).toMatchObject({ closed: 1 });
  });

  test('a refunded order is reported and not fulfilled', async () => {
    await place('REFUND01');
    await sim.pay({ out_trade_no: 'REFUND01' });
    sim.refund('REFUND01', 1);
    await sim.clock.advance(60_000);
    expect(await run()).toMatchObject({ refunded: 1, settled: 0 });
    expect(effects).toEqual([]);
  });

  test('what fails is told, counted and left for the next run; the others go on', async () => {
    await place('BROKEN01');
    await place('FINE0001');
    for (const out_trade_no of ['BROKEN01', 'FINE0001']) await sim.pay({ out_trade_no });
    await sim.clock.advance(60_000);
    sim.switches.next({ api: { [QUERY[version]]: { systemError: true } } });
    const told: unknown[] = [];
    const onProgress = ({
      order,
      outcome,
      seen,
      error,
    }: {
      order: Order;
      outcome: string;
      seen: number;
      error?: unknown;
    }) => told.push([order.out_trade_no, outcome, seen, error instanceof Error]);
    expect(await run({ concurrency: 1, onProgress })).toMatchObject({ failed: 1, settled: 1, complete: true });
    expect(told).toEqual([
      ['BROKEN01', 'failed', 1, true],
      ['FINE0001', 'settled', 2, false],
    ]);
    expect(await run()).toMatchObject({ failed: 0, settled: 1 });
  });

  test('a host that fails to note the closing is told again', async () => {
    await place('NOTED001');
    await sim.clock.advance(7_200_000);
    expect(await run({ onClosed: () => Promise.reject(new Error('disk full')) })).toMatchObject({
      failed: 1,
      closed: 0,
    });
    expect(await run()).toMatchObject({ closed: 1 });
  });

  test('a WeChat that does not answer is not asked for every order of a long list', async () => {
    for (let n = 0; n < 200; n++) {
      const out_trade_no = `DOWN${String(n).padStart(4, '0')}`;
      orders.set(out_trade_no, { order: order({ out_trade_no }), prepaidAt: 0 });
    }
    sim.switches.api[QUERY[version]] = { resetBefore: true };
    sim.switches.api[CLOSE[version]] = { resetBefore: true };
    const report = await run();
    expect(report.complete).toBe(false);
    expect(report.failed).toBeLessThan(40);
  });

  test('a signal ends the walk', async () => {
    await place('SIGNAL01');
    await sim.clock.advance(60_000);
    expect(await run({ signal: AbortSignal.abort() })).toMatchObject({ complete: false, pending: 0 });
  });

  test('an order that fails for what it is does not make every run ask for all', async () => {
    await place('ODD00001');
    await sim.pay({ out_trade_no: 'ODD00001' });
    change('ODD00001', { amount: { total: 1 } });
    await sim.clock.advance(60_000);
    const begun = now();
    const report = await run();
    expect(report.failed).toBe(1);
    expect(report.since).toBeGreaterThanOrEqual(begun);
    expect(report.errors).toEqual([expect.objectContaining({ code: 'ERR_WXPAY_AMOUNT_MISMATCH' })]);
    sim.switches.next({ api: { [QUERY[version]]: { systemError: true } } });
    expect(await run()).toMatchObject({ failed: 1, since: undefined });
  });

  test('the pending orders may be a list, or the promise of one', async () => {
    await place('LISTED01');
    await sim.clock.advance(60_000);
    expect(await run({ pending: () => [...orders.values()] })).toMatchObject({ pending: 1 });
    expect(await run({ pending: async () => [...orders.values()] })).toMatchObject({ pending: 1 });
    for (const pending of [() => null, () => 'orders', () => ({})]) {
      await expect(run({ pending: pending as never })).rejects.toThrow('"pending" must return a list');
    }
  });

  test.each<[string, unknown, string]>([
    [
      'in milliseconds',
      { prepaidAt: 1_767_234_897 },
      '"prepaidAt" must be a Date or milliseconds, not 1767234897, and looks like seconds',
    ],
    ['as text', { prepaidAt: '2026-01-01' }, '"prepaidAt" must be a Date or milliseconds, not 2026-01-01'],
    ['never', { prepaidAt: null }, '"prepaidAt" must be a Date or milliseconds, not null'],
    ['but without its order', { order: undefined }, '"pending" must yield { order, prepaidAt }'],
    [
      'with an end that is text',
      { order: { ...order(), time_expire: '2026-01-01' } },
      '"time_expire" must be a Date, not 2026-01-01',
    ],
  ])('an order that was prepaid %s has failed, and says why', async (_, changes, message) => {
    const row = { order: order(), prepaidAt: now() - 60_000, ...(changes as object) };
    const report = await run({ pending: () => [row as PendingOrder] });
    expect([report.failed, report.errors]).toEqual([1, [new TypeError(message)]]);
  });

  test('wrong options are TypeErrors', async () => {
    await expect(run({ since: Math.floor(Date.now() / 1000) })).rejects.toThrow(
      '"since" must be a Date or milliseconds',
    );
    await expect(run({ pending: undefined as never })).rejects.toThrow('"pending" must be a function');
    await expect(run({ onClosed: undefined as never })).rejects.toThrow('"onClosed" must be a function');
    await expect(run({ expireAfter: 7200 })).rejects.toThrow('"expireAfter" must be milliseconds');
    await expect(reconcile({} as never, { pending, onClosed: () => {} })).rejects.toThrow('createSettlement() returns');
    await expect(run({ expireafter: 1 } as never)).rejects.toThrow('did you mean "expireAfter"?');
  });
});
