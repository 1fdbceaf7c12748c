import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import { createClock } from '../../../src/simulator/clock.js';
import type { LedgerOrder } from '../../../src/simulator/ledger/order.js';
import { type RefundRequest, Refunds } from '../../../src/simulator/ledger/refunds.js';
import { RULES } from '../../../src/simulator/scenarios/rules.js';
import { createValues } from '../../../src/simulator/scenarios/values.js';

let milliseconds: number;
let refunds: Refunds;
let order: LedgerOrder;

beforeEach(() => {
  milliseconds = 1_767_234_897_000;
  refunds = createRefunds();
  order = {
    ...{
      api: 'v3',
      mchid: '1900000109',
      appid: 'wx0123456789abcdef',
      out_trade_no: 'SHOP00A17',
      trade_type: 'JSAPI',
    },
    ...{
      description: '茶',
      total: 1990,
      currency: 'CNY',
      notify_url: 'https://shop.example/notify',
    },
    ...{
      createdAt: 1_767_234_000_000,
      id: '1900000109::A',
      prepays: [],
      links: [],
      history: [],
      closed: false,
      refunded: 0,
    },
    payment: {
      ...{
        transaction_id: '4200001',
        openid: 'o1',
        bank_type: 'OTHERS',
        payer_total: 1900,
        coupons: [],
      },
      ...{ paidAt: 1_767_234_000_000, visibleFrom: 1_767_234_000_000 },
    },
  } as LedgerOrder;
});

const createRefunds = (rules = {}) =>
  new Refunds({
    clock: createClock({ real: () => milliseconds }),
    random: randomBytes,
    rules: Object.assign(createValues('rules', RULES), rules),
  });

const request = (out_refund_no: string, refund = 1): RefundRequest => ({
  ...{ by: 'v3', order, out_refund_no, refund, total: 1990, funds_account: 'UNSETTLED' },
});

test('the seventh refused refund within a second is one too many, and the next second is another', () => {
  for (let n = 0; n < 6; n++) {
    expect(refunds.isLimited('1900000109')).toBe(false);
    refunds.countFailure('1900000109');
  }
  expect(refunds.isLimited('1900000109')).toBe(true);
  expect(refunds.isLimited('1900000110')).toBe(false);
  milliseconds += 1000;
  expect(refunds.isLimited('1900000109')).toBe(false);
});

test('two refunds of one order may have to be a minute apart', () => {
  refunds = createRefunds({ refundGap: 60_000 });
  expect(refunds.accept(request('R1'))).toMatchObject({ repeated: false });
  expect(refunds.accept(request('R2'))).toEqual({ refused: 'too soon' });
  expect(refunds.accept(request('R1'))).toMatchObject({ repeated: true });
  milliseconds += 60_000;
  expect(refunds.accept(request('R2'))).toMatchObject({ repeated: false });
});

test('a refund of the whole gives the payer what the payer paid, and parts of it whole fen', () => {
  expect(refunds.accept(request('R1', 1990))).toMatchObject({ refund: { payer_refund: 1900 } });
  order.refunded = 0;
  expect(refunds.accept(request('R2', 995))).toMatchObject({ refund: { payer_refund: 950 } });
});
