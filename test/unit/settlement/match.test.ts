import { describe, expect, test } from '@jest/globals';
import { createSettlement, type FindOrder, memoryOnce, type Notice } from 'koa-wxpay';
import { checkOrderState } from '../../../src/settlement/order-state.js';
import { merchant, merchantV2, order } from '../../support/shop.js';

const notice: Notice = {
  type: 'payment.success',
  raw: {},
  payment: {
    ...{ appid: merchant.appid, mchid: merchant.mchid, out_trade_no: 'SHOP00A17', transaction_id: '4200001234' },
    ...{ trade_state: 'SUCCESS', amount: { total: 1990, currency: 'CNY' } },
  },
};

const settlementWith = (findOrder: FindOrder) =>
  createSettlement({ wxpay: merchantV2(), findOrder, once: memoryOnce(), fulfil: async () => {} });

test.each(['PAID', 'Pending', 'unpaid', 'refund', 1, true, {}])(
  'an order in the unknown state %j is invalid, and is not fulfilled',
  async (state) => {
    let runs = 0;
    const settlement = createSettlement({
      wxpay: merchantV2(),
      findOrder: async () => order({ state: state as never }),
      once: memoryOnce(),
      fulfil: async () => void runs++,
    });
    await expect(settlement.settle(notice)).rejects.toMatchObject({
      code: 'ERR_WXPAY_ORDER_INVALID',
      message: expect.stringMatching(/^"state" must be pending, paid, closed or refunded, not /),
    });
    expect(runs).toBe(0);
  },
);

describe('checkOrderState', () => {
  test.each([
    [{}, 'pending'],
    [{ state: 'pending' }, 'pending'],
    [{ state: 'pending', transaction_id: 'T2' }, 'pending'],
    [{ state: 'closed' }, 'order_closed'],
    [{ state: 'closed', transaction_id: 'T1' }, 'order_closed'],
    [{ state: 'paid' }, 'unknown_payment'],
    [{ state: 'paid', transaction_id: 'T1' }, 'duplicate'],
    [{ state: 'paid', transaction_id: 't1' }, 'second_payment'],
    [{ state: 'refunded' }, 'unknown_payment'],
    [{ state: 'refunded', transaction_id: 'T1' }, 'duplicate'],
    [{ state: 'refunded', transaction_id: 'T2' }, 'order_closed'],
  ])('of %j for the payment T1 is %s', (changes, expected) => {
    expect(checkOrderState(order(changes as never), 'T1')).toBe(expected);
  });
});

describe('findOrder', () => {
  test('is given the number and the context of the request', async () => {
    const asked: unknown[][] = [];
    const settlement = settlementWith(async (...given) => {
      asked.push(given);
      return order();
    });
    const ctx = { path: '/notify' } as never;
    await settlement.settle(notice, { ctx });
    await settlement.settle(notice);
    expect(asked).toEqual([
      ['SHOP00A17', ctx],
      ['SHOP00A17', undefined],
    ]);
    expect(asked[0]?.[1]).toBe(ctx);
  });

  test.each<[string, unknown, string, RegExp]>([
    ['null', null, 'ERR_WXPAY_UNKNOWN_ORDER', /findOrder knows no order SHOP00A17; see/],
    ['undefined', undefined, 'ERR_WXPAY_UNKNOWN_ORDER', /is a "return" missing\?/],
    ['text', 'SHOP00A17', 'ERR_WXPAY_ORDER_INVALID', /must return the order with that very "out_trade_no"/],
    ['an order in other letters', order({ out_trade_no: 'shop00a17' }), 'ERR_WXPAY_ORDER_INVALID', /mind case/],
    ['an order without an amount', { ...order(), amount: undefined }, 'ERR_WXPAY_ORDER_INVALID', /"amount.total"/],
    ['an order of another merchant', order({ mchid: '1900000999' }), 'ERR_WXPAY_ORDER_INVALID', /1900000999/],
    ['another amount', order({ amount: { total: 1991 } }), 'ERR_WXPAY_AMOUNT_MISMATCH', /1991/],
    ['another currency', order({ amount: { total: 1990, currency: 'USD' } }), 'ERR_WXPAY_AMOUNT_MISMATCH', /USD/],
  ])('that answers with %s fails with a code of its own', async (_, found, code, message) => {
    const settling = settlementWith(async () => found as never).settle(notice);
    await expect(settling).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('that throws is a failed store, and its error is the cause', async () => {
    const cause = new Error('connection refused');
    const settling = settlementWith(() => Promise.reject(cause)).settle(notice);
    await expect(settling).rejects.toMatchObject({ code: 'ERR_WXPAY_STORE_FAILED', status: 503, cause });
  });
});
