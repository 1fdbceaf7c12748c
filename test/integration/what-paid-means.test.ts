import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  createSettlement,
  type Inbox,
  memoryOnce,
  type Order,
  reconcile,
  type SettlementOptions,
  type Wxpay,
} from 'koa-wxpay';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { order } from '../support/shop.js';
import { merchantOf, versions } from '../support/versions.js';

const QUERY = { v2: '/pay/orderquery', v3: '/v3/pay/transactions/out-trade-no/{out_trade_no}' };
const CLOSE = { v2: '/pay/closeorder', v3: '/v3/pay/transactions/out-trade-no/{out_trade_no}/close' };

let sim: Simulator;
let wxpay: Wxpay;
let effects: string[];
let current: Order;
beforeEach(async () => {
  sim = await createSimulator();
  sim.switches.notification = 'never';
  effects = [];
  current = order();
});
afterEach(() => sim.close());

const settlement = (options: Partial<SettlementOptions<undefined>> = {}) =>
  createSettlement<undefined>({
    wxpay,
    findOrder: async () => current,
    once: memoryOnce(),
    fulfil: async (notice) => {
      if (notice.type === 'payment.success') effects.push(notice.payment.out_trade_no);
    },
    ...options,
  });

const payer = () => ({ openid: sim.people[0]?.openid(sim.app.appid) as string });
const walk = (shop: ReturnType<typeof settlement>, since?: number) =>
  reconcile(shop, {
    async *pending() {
      yield { order: current, prepaidAt: sim.clock.now() - 90_000 };
    },
    onClosed() {},
    ...(since !== undefined && { since }),
  });

/** An inbox that only takes in. */
const stored: unknown[] = [];
const inbox: Inbox<undefined> = {
  put: async (_, entry) => void stored.push(entry),
  take: async () => [],
  done: async () => {},
  failed: async () => false,
  putBack: async () => {},
  abandoned: async () => [],
  dead: async () => [],
  retry: async () => false,
};

describe.each(versions)('API %s: "paid" is said only of an effect that is durable', (version) => {
  beforeEach(async () => {
    wxpay = merchantOf(sim, version);
    await wxpay.prepay(order(), payer());
    await sim.pay({ out_trade_no: 'SHOP00A17' });
  });

  test('a payment onAnomaly took over is not the order paid', async () => {
    current = order({ state: 'closed' });
    const shop = settlement({ onAnomaly: () => 'ack' });
    expect(await shop.query('SHOP00A17')).toEqual({ trade_state: 'SUCCESS', paid: false, verdict: 'accepted' });
    expect(await walk(shop)).toMatchObject({ accepted: 1, settled: 0 });
    expect(effects).toEqual([]);
  });

  test('a payment nobody took over is an error', async () => {
    current = order({ state: 'closed' });
    await expect(settlement().query('SHOP00A17')).rejects.toMatchObject({ code: 'ERR_WXPAY_ORDER_CLOSED' });
  });

  test('a payment that waits in the inbox is stored, not paid, until the order says so', async () => {
    const shop = settlement({ inbox });
    expect(await shop.query('SHOP00A17')).toEqual({ trade_state: 'SUCCESS', paid: false, verdict: 'stored' });
    expect(await walk(shop)).toMatchObject({ stored: 1, settled: 0 });
    expect([effects, stored.length]).toEqual([[], 1]);
    stored.length = 0;
    const { transaction_id = '' } = await wxpay.queryOrder({ out_trade_no: 'SHOP00A17' });
    current = order({ state: 'paid', transaction_id });
    expect(await shop.query('SHOP00A17')).toMatchObject({ paid: true, verdict: 'duplicate' });
  });

  test('a late copy of a payment that was refunded since says nothing new', async () => {
    const { transaction_id = '' } = await wxpay.queryOrder({ out_trade_no: 'SHOP00A17' });
    current = order({ state: 'refunded', transaction_id });
    expect(await settlement().query('SHOP00A17')).toMatchObject({ verdict: 'duplicate' });
  });
});

describe.each(versions)('API %s: what fails or overlaps', (version) => {
  beforeEach(() => {
    wxpay = merchantOf(sim, version);
  });

  test('a look that failed falls due again at the next run', async () => {
    await wxpay.prepay(order(), payer());
    await sim.pay({ out_trade_no: 'SHOP00A17' });
    const shop = settlement();
    const since = sim.clock.now() - 60_000;
    sim.switches.next({ api: { [QUERY[version]]: { resetBefore: true } } });
    const first = await walk(shop, since);
    expect(first).toMatchObject({ failed: 1, since });
    expect(await walk(shop, first.since)).toMatchObject({ settled: 1 });
  });

  test('a listener that throws does not end the walk', async () => {
    const report = await reconcile(settlement(), {
      async *pending() {
        for (const out_trade_no of ['YOUNG001', 'YOUNG002'])
          yield { order: order({ out_trade_no }), prepaidAt: sim.clock.now() };
      },
      onClosed() {},
      onProgress() {
        throw new Error('terminal gone');
      },
    });
    expect(report).toMatchObject({ young: 2, complete: true });
  });

  test('a prepay_id fetched while the order is being closed is not handed out afterwards', async () => {
    await wxpay.prepay(order(), payer());
    sim.switches.next({ api: { [CLOSE[version]]: { latency: 50 } } });
    const closing = wxpay.closeOrder('SHOP00A17');
    await wxpay.prepay(order(), payer());
    await closing;
    await expect(wxpay.prepay(order(), payer())).rejects.toMatchObject({ meaning: 'order_closed' });
  });

  test("fields of the host's own in the order neither break nor repeat the call", async () => {
    const row = (n: number) => Object.assign(order(), { id: 17n, updated_at: n });
    expect(await wxpay.prepay(row(1), payer())).toBe(await wxpay.prepay(row(2), payer()));
    sim.switches.api['*'] = { resetBefore: true };
    expect(await wxpay.prepay(row(3), payer())).toMatch(/^wx/);
  });

  test('a refund of a part of a fen is refused before anything is sent', async () => {
    await expect(
      wxpay.refund({ out_trade_no: 'SHOP00A17', out_refund_no: 'R1', amount: { refund: 0.1, total: 1990 } }),
    ).rejects.toMatchObject({
      code: 'ERR_WXPAY_REFUND_INVALID',
    });
  });
});
