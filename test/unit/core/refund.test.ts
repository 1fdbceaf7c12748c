import { describe, expect, test } from '@jest/globals';
import type { AbnormalRefundRequest, Refund, RefundRequest } from 'koa-wxpay';
import { refundMismatch, resolveAbnormalRefund, resolveRefund } from '../../../src/core/refund.js';
import { refundFields } from '../../../src/core/v2/refund.js';
import { buildRefund } from '../../../src/core/v3/refunds.js';

const url = 'https://shop.example/n';
const merchant = { appid: 'wx0123456789abcdef', mchid: '1900000109', notifyUrl: url, refundNotifyUrl: url };
const request = { out_trade_no: 'SHOP00A17', out_refund_no: 'R1', amount: { refund: 990, total: 1990 } };
const resolve = (changes: object = {}) => resolveRefund({ ...request, ...changes } as RefundRequest);

describe('an optional field of a refund that is absent', () => {
  const names = ['transaction_id', 'reason', 'notify_url', 'funds_account', 'goods_detail'];
  test.each(names.flatMap((name) => [undefined, null, ''].map((value) => [name, value])))(
    '%s: %p is not sent and is no error',
    (name, value) => {
      expect(resolve({ [name as string]: value })).toEqual(request);
    },
  );

  test('is not sent from inside "amount" either', () => {
    expect(resolve({ amount: { refund: 990, total: 1990, currency: '', from: null } })).toEqual(request);
  });
});

test('the money of a refund comes from the accounts that "amount.from" names', () => {
  const from = [
    { account: 'AVAILABLE', amount: 900 },
    { account: 'UNAVAILABLE', amount: 90 },
  ];
  const checked = resolve({ amount: { refund: 990, total: 1990, from } });
  expect(buildRefund(checked, merchant).body).toMatchObject({
    amount: { refund: 990, total: 1990, currency: 'CNY', from },
  });
  expect(() => refundFields(checked, url)).toThrow('"amount.from" needs API v3');
});

describe('a refund that is refused', () => {
  test.each<[object, string]>([
    [{ out_refund_no: 'a b' }, '"out_refund_no" must be 1 to 64 of 0-9 A-Z a-z _ - | * @, not "a b" (3 characters)'],
    [{ out_trade_no: 'a b' }, '"out_trade_no" must be 1 to 32 of 0-9 A-Z a-z _ - | * @, not "a b" (3 characters)'],
    [{ transaction_id: '42' }, '"transaction_id" must be 10 to 32 letters and digits, not "42" (2 characters)'],
    [{ out_trade_no: null }, '"transaction_id" or "out_trade_no" must be given: the payment to refund'],
    [
      { amount: { refund: '990', total: 1990 } },
      '"amount.refund" must be whole fen, at least 1, not string "990": it is text',
    ],
    [
      { amount: { refund: 990, total: '1990' } },
      '"amount.total" must be whole fen, at least 1, not string "1990": it is text',
    ],
    [{ amount: { refund: 1991, total: 1990 } }, '"amount.refund" (1991 fen) is more than was paid (1990 fen)'],
    [
      { amount: { refund: 990, total: 1990, form: [] } },
      '"form" is not a field of "amount" of a refund: did you mean "from"?',
    ],
    [{ amount: { refund: 990, total: 1990, from: {} } }, '"amount.from" must be a list'],
    [{ amount: { refund: 990, total: 1990, from: [{ amount: 990 }] } }, '"amount.from[0].account" must be an account'],
    [
      { amount: { refund: 990, total: 1990, from: [{ account: 'AVAILABLE', amount: 9 }] } },
      '"amount.from" gives 9 fen in all, not the 990 of "amount.refund"',
    ],
    [{ notifyUrl: url }, '"notifyUrl" is not a field of a refund: did you mean "notify_url"?'],
    [{ funds_account: 'ALL' }, `"funds_account" must be 'AVAILABLE' or 'UNSETTLED', not ALL`],
    [{ goods_detail: {} }, '"goods_detail" must be a list'],
  ])('%j', (changes, message) => {
    expect(() => resolve(changes)).toThrow(message);
    expect(() => resolve(changes)).toThrow(expect.objectContaining({ code: 'ERR_WXPAY_REFUND_INVALID' }));
  });
});

test('what only API v3 can carry is refused under API v2', () => {
  const goods_detail = [{ merchant_goods_id: 'tea', unit_price: 1990, refund_amount: 990, refund_quantity: 1 }];
  expect(() => refundFields(resolve({ goods_detail }), url)).toThrow('"goods_detail" needs API v3');
});

test('a refund of the whole amount is a refund', () => {
  expect(resolve({ amount: { refund: 1990, total: 1990 } }).amount).toEqual({ refund: 1990, total: 1990 });
});

test('where both numbers of the payment are given, both must be those of the refund WeChat reports', () => {
  const checked = resolve({ transaction_id: '4200000000202601010000000001' });
  const refund = {
    ...request,
    transaction_id: '4200000000202601010000000001',
    amount: { ...request.amount, currency: 'CNY' },
  } as Refund;
  expect(refundMismatch(checked, refund)).toBeUndefined();
  expect(refundMismatch(checked, { ...refund, out_trade_no: 'SHOP00A18' })).toBe('out_trade_no');
  expect(refundMismatch(checked, { ...refund, transaction_id: '4200000000202601010000000002' })).toBe('transaction_id');
  expect(buildRefund(checked, merchant).body).not.toHaveProperty('out_trade_no');
});

describe('an abnormal refund', () => {
  const abnormal = { refund_id: '50000000382019052709732678859', out_refund_no: 'R1', type: 'USER_BANK_CARD' };
  test.each<[object, string]>([
    [{ refund_id: 'x' }, '"refund_id" must be 10 to 32 letters and digits, not "x" (1 character)'],
    [{ type: 'CARD' }, `"type" must be 'USER_BANK_CARD' or 'MERCHANT_BANK_CARD', not CARD`],
    [{ bankType: 'ICBC' }, '"bankType" is not a field of an abnormal refund: did you mean "bank_type"?'],
  ])('with %j is refused', (changes, message) => {
    expect(() => resolveAbnormalRefund({ ...abnormal, ...changes } as AbnormalRefundRequest)).toThrow(message);
  });

  test('does not carry what is absent', () => {
    expect(resolveAbnormalRefund({ ...abnormal, real_name: null, bank_type: '' } as never)).toEqual(abnormal);
  });
});
