import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  type Anomaly,
  ApiError,
  createSettlement,
  memoryOnce,
  type Notice,
  type Once,
  type Order,
  type OrderRef,
  type Transaction,
  TransportError,
} from 'koa-wxpay';
import { lastLook } from '../../../src/settlement/spacing.js';
import { merchant, merchantV2, order } from '../../support/shop.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const NUMBER = 'SHOP00A17';

let clock: number;
let queries: string[];
let current: Order;
let effects: number;
let failing: Error | undefined;
let answer: (out_trade_no: string) => Partial<Transaction> | Error;
beforeEach(() => {
  clock = Date.UTC(2026, 0, 1);
  queries = [];
  current = order();
  effects = 0;
  failing = undefined;
  answer = () => ({ trade_state: 'NOTPAY' });
});

const PAID = {
  trade_state: 'SUCCESS',
  transaction_id: '4200001234202601011234567890',
  amount: { total: 1990, currency: 'CNY' },
};

const shop = (changes: { once?: Once<undefined>; onAnomaly?: (anomaly: Anomaly) => 'ack' | undefined } = {}) =>
  createSettlement<undefined>({
    wxpay: Object.freeze({
      ...merchantV2(),
      now: () => clock,
      queryOrder: async (ref: OrderRef) => {
        const { out_trade_no = '' } = ref as { out_trade_no?: string };
        queries.push(out_trade_no);
        const given = answer(out_trade_no);
        if (given instanceof Error) throw given;
        return { appid: merchant.appid, mchid: merchant.mchid, out_trade_no, trade_state: 'NOTPAY', ...given };
      },
    }),
    findOrder: async (out_trade_no) => ({ ...current, out_trade_no }),
    once: memoryOnce(),
    fulfil: async () => {
      if (failing) throw failing;
      effects++;
    },
    ...changes,
  });

const spaced = { spaced: true };
const apiError = (wechatCode: string) =>
  new ApiError('a query', { status: 400, wechatCode, text: wechatCode, meaning: 'other' } as ConstructorParameters<
    typeof ApiError
  >[1]);

describe('a spaced answer', () => {
  test('is one query for fifty polls, one after the other and all at once', async () => {
    const { query } = shop();
    for (let poll = 0; poll < 50; poll++) expect(await query(NUMBER, spaced)).toMatchObject({ trade_state: 'NOTPAY' });
    clock += 5 * SECOND;
    await Promise.all(Array.from({ length: 50 }, () => query(NUMBER, spaced)));
    expect(queries).toHaveLength(2);
  });

  test('is asked for at the ages WeChat recommends, however often it is wanted', async () => {
    const { query } = shop();
    const begun = clock;
    const asked: number[] = [];
    for (; clock - begun <= 75 * MINUTE; clock += SECOND) {
      const before = queries.length;
      await query(NUMBER, spaced);
      if (queries.length > before) asked.push((clock - begun) / SECOND);
    }
    expect(asked).toEqual([0, 5, 30, 60, 180, 300, 600, 1800, 3600]);
  });

  test('is asked for at once where a look was missed', async () => {
    const { query } = shop();
    await query(NUMBER, spaced);
    clock += 40 * SECOND;
    await query(NUMBER, spaced);
    clock += 10 * SECOND;
    await query(NUMBER, spaced);
    expect(queries).toHaveLength(2);
    clock += 10 * SECOND;
    await query(NUMBER, spaced);
    expect(queries).toHaveLength(3);
  });

  test('of each order is its own', async () => {
    const { query } = shop();
    for (const number of ['SHOP000001', 'SHOP000002', 'SHOP000001']) await query(number, spaced);
    expect(queries).toEqual(['SHOP000001', 'SHOP000002']);
  });

  test('begins anew half an hour after it was wanted last, and where the clock was set back', async () => {
    const { query } = shop();
    await query(NUMBER, spaced);
    clock += 31 * MINUTE;
    await query(NUMBER, spaced);
    clock += 5 * SECOND;
    await query(NUMBER, spaced);
    clock -= 20 * MINUTE;
    await query(NUMBER, spaced);
    expect(queries).toHaveLength(4);
  });

  test('that is paid stays, without another query or another effect', async () => {
    const { query } = shop();
    answer = () => PAID;
    for (let poll = 0; poll < 10; poll++) expect(await query(NUMBER, spaced)).toMatchObject({ paid: true });
    expect([queries.length, effects]).toEqual([1, 1]);
  });

  test('is paid at once where the notification settled the order meanwhile', async () => {
    const { query, settle } = shop();
    expect(await query(NUMBER, spaced)).toMatchObject({ paid: false });
    const payment = { ...PAID, trade_state: 'SUCCESS' as const, appid: merchant.appid, mchid: merchant.mchid };
    await settle({ type: 'payment.success', payment: { ...payment, out_trade_no: NUMBER }, raw: {} } as Notice);
    expect(await query(NUMBER, spaced)).toMatchObject({ trade_state: 'SUCCESS', paid: true });
    expect(queries).toHaveLength(1);
  });

  test('that a handler failed to settle is settled by the next poll, without another query', async () => {
    const { query } = shop();
    answer = () => PAID;
    failing = new Error('disk full');
    for (let poll = 0; poll < 3; poll++) {
      await expect(query(NUMBER, spaced)).rejects.toMatchObject({ code: 'ERR_WXPAY_HANDLER_FAILED' });
    }
    failing = undefined;
    expect(await query(NUMBER, spaced)).toMatchObject({ paid: true, verdict: 'ran' });
    expect([queries.length, effects]).toEqual([1, 1]);
  });

  test('that found a copy busy is settled by the next poll, without another query', async () => {
    let busy = true;
    const remembering = memoryOnce();
    const { query } = shop({ once: (claim, work) => (busy ? Promise.resolve('busy') : remembering(claim, work)) });
    answer = () => PAID;
    await expect(query(NUMBER, spaced)).rejects.toMatchObject({ code: 'ERR_WXPAY_BUSY' });
    busy = false;
    expect(await query(NUMBER, spaced)).toMatchObject({ paid: true });
    expect(queries).toHaveLength(1);
  });

  test('that is an anomaly is told of once in each interval', async () => {
    const told: string[] = [];
    const onAnomaly = ({ code }: Anomaly) => void told.push(code);
    const { query } = shop({ onAnomaly: onAnomaly as () => undefined });
    answer = () => PAID;
    current = order({ state: 'closed' });
    for (let poll = 0; poll < 10; poll++) {
      await expect(query(NUMBER, spaced)).rejects.toMatchObject({ code: 'ERR_WXPAY_ORDER_CLOSED' });
    }
    expect([told, queries.length]).toEqual([['order_closed'], 1]);
  });

  test('that WeChat refused is a refusal until the next look: it used up the quota too', async () => {
    const { query } = shop();
    answer = () => apiError('FREQUENCY_LIMITED');
    for (let poll = 0; poll < 10; poll++) {
      await expect(query(NUMBER, spaced)).rejects.toMatchObject({ message: expect.stringContaining('FREQUENCY') });
    }
    expect(queries).toHaveLength(1);
    clock += 5 * SECOND;
    answer = () => ({ trade_state: 'NOTPAY' });
    expect(await query(NUMBER, spaced)).toMatchObject({ trade_state: 'NOTPAY' });
  });

  test('that never arrived is asked for again', async () => {
    const { query } = shop();
    answer = () => new TransportError('no answer');
    await expect(query(NUMBER, spaced)).rejects.toBeInstanceOf(TransportError);
    answer = () => PAID;
    expect(await query(NUMBER, spaced)).toMatchObject({ paid: true });
  });

  test('is kept for the last ten thousand orders', async () => {
    const { query } = shop();
    for (let n = 0; n <= 10_000; n++) await query(`SHOP${String(n).padStart(6, '0')}`, spaced);
    queries = [];
    await query('SHOP010000', spaced);
    await query('SHOP000001', spaced);
    expect(queries).toEqual([]);
    await query('SHOP000000', spaced);
    expect(queries).toEqual(['SHOP000000']);
  });
});

test('a query that is not spaced asks at once, and others share its answer', async () => {
  const { query } = shop();
  await query(NUMBER, spaced);
  answer = () => PAID;
  expect(await query(NUMBER)).toMatchObject({ paid: true });
  expect(await query(NUMBER, spaced)).toMatchObject({ paid: true });
  expect(queries).toHaveLength(2);
});

test.each([
  [0, 0],
  [4_999, 0],
  [5_000, 5_000],
  [29_999, 5_000],
  [599_999, 300_000],
  [600_000, 600_000],
  [1_799_999, 600_000],
  [1_800_000, 1_800_000],
  [3_599_999, 1_800_000],
  [7_300_000, 7_200_000],
])('at the age of %i ms the last look fell due at %i ms', (age, look) => {
  expect(lastLook(age)).toBe(look);
});
