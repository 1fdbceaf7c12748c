import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../../src/core/json.js';
import type { MerchantV3 } from '../../src/core/v3/merchant.js';
import { readRefund } from '../../src/core/v3/refunds.js';
import { readTransaction } from '../../src/core/v3/transactions.js';
import { shapedRefund, shapedTransaction } from '../support/zod-shapes.js';

const merchant: MerchantV3 = {
  appid: 'wx0123456789abcdef',
  mchid: '1900000109',
  sub_appid: 'wxfedcba9876543210',
  sub_mchid: '1900000110',
  notifyUrl: 'https://shop.example/n',
  refundNotifyUrl: 'https://shop.example/n',
};

/** Values of other kinds, of which a field may have any. */
const odd = fc.constantFrom<unknown>(
  undefined,
  null,
  '',
  0,
  1,
  -1,
  1.5,
  2 ** 53,
  true,
  [],
  {},
  'x',
  '1990',
  'CNY',
  'cny',
);
const mostly = <T>(value: T) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant<unknown>(value) }, { weight: 1, arbitrary: odd });

const coupon = fc.record({ coupon_id: mostly('109519'), amount: mostly(100), name: mostly('a coupon') });

const transaction = fc.record(
  {
    out_trade_no: mostly('SHOP00A17'),
    transaction_id: mostly('4200001234202601011234567890'),
    trade_state: mostly('SUCCESS'),
    trade_state_desc: mostly('支付成功'),
    trade_type: mostly('JSAPI'),
    bank_type: mostly('OTHERS'),
    attach: mostly('table 7'),
    success_time: mostly('2026-01-01T10:34:56+08:00'),
    sp_appid: mostly('wx0123456789abcde0'),
    sub_appid: mostly('wxfedcba9876543210'),
    payer: fc.oneof(odd, fc.record({ openid: mostly('o1'), sp_openid: mostly('o2'), sub_openid: mostly('o3') })),
    amount: fc.oneof(
      { weight: 1, arbitrary: odd },
      {
        weight: 9,
        arbitrary: fc.record(
          { total: mostly(1990), payer_total: mostly(1900), currency: mostly('CNY'), payer_currency: mostly('CNY') },
          { requiredKeys: ['total'] },
        ),
      },
    ),
    promotion_detail: fc.oneof(odd, fc.array(coupon, { maxLength: 2 }), fc.array(odd, { maxLength: 2 })),
  },
  { requiredKeys: ['out_trade_no', 'trade_state'] },
);

const refund = fc.record(
  {
    refund_id: mostly('50000000382019052709732678859'),
    out_refund_no: mostly('R1'),
    transaction_id: mostly('4200001234202601011234567890'),
    out_trade_no: mostly('SHOP00A17'),
    status: mostly('SUCCESS'),
    refund_status: mostly('SUCCESS'),
    channel: mostly('ORIGINAL'),
    user_received_account: mostly('支付用户零钱'),
    success_time: mostly('2026-01-01T10:34:56+08:00'),
    create_time: mostly('2026-01-01T10:34:56+08:00'),
    amount: fc.oneof(
      { weight: 1, arbitrary: odd },
      {
        weight: 9,
        arbitrary: fc.record(
          {
            refund: mostly(100),
            total: mostly(1990),
            payer_refund: mostly(100),
            payer_total: mostly(1990),
            currency: mostly('CNY'),
          },
          { requiredKeys: ['refund', 'total'] },
        ),
      },
    ),
  },
  { requiredKeys: ['refund_id', 'out_refund_no', 'transaction_id', 'out_trade_no'] },
);

/** What was read, or that it was refused. */
function outcome(read: (value: JsonObject, merchant: MerchantV3) => unknown, value: JsonObject): unknown {
  try {
    return read(value, merchant);
  } catch {
    return 'refused';
  }
}

test.each([
  ['transactions', transaction, readTransaction, shapedTransaction],
  ['refunds', refund, readRefund, shapedRefund],
])('%s are read as their shapes were, or refused alike', (_, objects, read, shaped) => {
  fc.assert(
    fc.property(objects, (value) => {
      // As they arrive: JSON knows no undefined.
      const parsed = JSON.parse(JSON.stringify(value));
      expect(outcome(read, parsed)).toEqual(outcome(shaped, parsed));
    }),
    { numRuns: 10_000 },
  );
});
