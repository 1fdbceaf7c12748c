import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  type Anomaly,
  createSettlement,
  leaseOnce,
  memoryOnce,
  type Notice,
  type Once,
  type Order,
  type SettlementOptions,
} from 'koa-wxpay';
import { memoryLeases } from '../support/memory-leases.js';
import { merchant, merchantV2, notice, notifyShop, order } from '../support/shop.js';
import { type AnyTx, describeSqlStores } from '../support/sql-stores.js';

const PAID_BY = '4200001234202601011234567890';
const OTHER = '4200009999202601019999999999';
let numbers = 0;

/** What holds for an order that findOrder calls paid, whatever remembers payments. */
function suite(open: () => { once: Once<never>; write(tx: never): Promise<unknown> }): void {
  let out_trade_no: string;
  let handled: string[];
  beforeEach(() => {
    out_trade_no = `PAID${String(++numbers).padStart(6, '0')}`;
    handled = [];
  });

  const payment = (transaction_id = PAID_BY): Notice => ({
    type: 'payment.success',
    raw: {},
    payment: {
      ...{ appid: merchant.appid, mchid: merchant.mchid, out_trade_no, transaction_id },
      ...{ trade_state: 'SUCCESS', amount: { total: 1990, currency: 'CNY' } },
    },
  });

  const shopOf = (changes: object, options: Partial<SettlementOptions<never>> = {}) =>
    createSettlement<never>({
      wxpay: merchantV2(),
      findOrder: async (asked) => order({ out_trade_no: asked, ...changes }),
      once: open().once,
      async fulfil(notice, { tx }) {
        handled.push(notice.type);
        await open().write(tx);
      },
      ...options,
    });

  const UNKNOWN = {
    code: 'ERR_WXPAY_ORDER_INVALID',
    message: expect.stringMatching(/findOrder did not return the "transaction_id".*"onAnomaly"/),
  };

  test('the payment that once remembers is acknowledged and not run again', async () => {
    expect(await shopOf({}).settle(payment())).toBe('ran');
    expect(await shopOf({ state: 'paid' }).settle(payment())).toBe('already');
    expect(handled).toEqual(['payment.success']);
  });

  test.each([undefined, null, ''])(
    'a transaction_id of %j is none: the handler does not run',
    async (transaction_id) => {
      const shop = shopOf({ state: 'paid', transaction_id });
      for (let copy = 0; copy < 3; copy++) await expect(shop.settle(payment())).rejects.toMatchObject(UNKNOWN);
      expect(handled).toEqual([]);
    },
  );

  test('asking once leaves nothing behind: once the order is pending again it is fulfilled', async () => {
    await expect(shopOf({ state: 'paid' }).settle(payment())).rejects.toMatchObject(UNKNOWN);
    expect(await shopOf({ state: 'pending' }).settle(payment())).toBe('ran');
    expect(await shopOf({ state: 'paid' }).settle(payment())).toBe('already');
  });

  test('another payment than the one once remembers is a conflict', async () => {
    await shopOf({}).settle(payment(OTHER));
    await expect(shopOf({ state: 'paid' }).settle(payment())).rejects.toMatchObject({ code: 'ERR_WXPAY_CONFLICT' });
    expect(handled).toHaveLength(1);
  });

  test('onAnomaly may settle it by hand', async () => {
    const seen: Anomaly['code'][] = [];
    const onAnomaly = ({ code }: Anomaly) => {
      seen.push(code);
      return 'ack' as const;
    };
    expect(await shopOf({ state: 'paid' }, { onAnomaly }).settle(payment())).toBe('accepted');
    expect([seen, handled]).toEqual([['order_invalid'], []]);
    await shopOf({}).settle(payment());
    expect(await shopOf({ state: 'paid' }, { onAnomaly }).settle(payment())).toBe('already');
    expect(seen).toHaveLength(1);
  });

  test('a refunded order whose payment is not told is no new payment if once remembers it', async () => {
    await shopOf({}).settle(payment());
    expect(await shopOf({ state: 'refunded' }).settle(payment())).toBe('already');
    out_trade_no += 'X';
    const code = 'ERR_WXPAY_ORDER_CLOSED';
    await expect(shopOf({ state: 'refunded' }).settle(payment())).rejects.toMatchObject({ code });
    expect(handled).toHaveLength(1);
  });

  test.each([null, '', 'pending'])('a state of %j is pending', async (state) => {
    expect(await shopOf({ state }).settle(payment())).toBe('ran');
  });

  test('with the transaction_id: the same payment is a duplicate, another one a second payment', async () => {
    const shop = shopOf({ state: 'paid', transaction_id: PAID_BY });
    expect(await shop.settle(payment())).toBe('duplicate');
    await expect(shop.settle(payment(OTHER))).rejects.toMatchObject({ code: 'ERR_WXPAY_SECOND_PAYMENT' });
    expect(handled).toEqual([]);
  });
}

describe('an order that says paid (memory)', () => {
  const once = memoryOnce();
  suite(() => ({ once: once as Once<never>, write: async () => {} }));
});

describe('an order that says paid (leases)', () => {
  const once = leaseOnce(memoryLeases());
  suite(() => ({ once: once as Once<never>, write: async () => {} }));
});

describeSqlStores('an order that says paid', (store) =>
  suite(() => ({
    once: store().once as Once<never>,
    write: (tx) => (tx as AnyTx).query(`insert into effects values ('paid')`),
  })),
);

describe('over HTTP', () => {
  const paid = async () => order({ state: 'paid' });

  test('a notification of an order whose payment is unknown gets FAIL, and the error names what to return', async () => {
    const shop = await notifyShop({ findOrder: paid });
    expect((await shop.post(notice())).status).toBe(500);
    expect([shop.codes, shop.handled]).toEqual([['ERR_WXPAY_ORDER_INVALID'], []]);
    await shop.close();
  });

  test('a notification that once remembers is acknowledged', async () => {
    let current: () => Promise<Order> = async () => order();
    const shop = await notifyShop({ findOrder: () => current() });
    expect((await shop.post(notice())).status).toBe(200);
    current = paid;
    expect((await shop.post(notice())).status).toBe(200);
    expect([shop.codes, shop.handled]).toEqual([[], ['payment.success']]);
    await shop.close();
  });

  test('a store that says ran although its work has thrown is not believed', async () => {
    const careless: Once<undefined> = async (_, work) => {
      await work(undefined).catch(() => {});
      return 'ran';
    };
    const shop = await notifyShop({ findOrder: paid, once: careless });
    expect((await shop.post(notice())).status).toBe(503);
    expect(shop.codes).toEqual(['ERR_WXPAY_STORE_FAILED']);
    await shop.close();
  });

  test('a store that fails while it is asked is a failed store', async () => {
    const broken: Once<undefined> = () => Promise.reject(new Error('disk full'));
    const shop = await notifyShop({ findOrder: paid, once: broken });
    expect((await shop.post(notice())).status).toBe(503);
    expect(shop.codes).toEqual(['ERR_WXPAY_STORE_FAILED']);
    await shop.close();
  });
});
