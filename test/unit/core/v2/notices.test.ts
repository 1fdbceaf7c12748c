import { describe, expect, test } from '@jest/globals';
import { readPaymentNotice, verifyNotify } from '../../../../src/core/v2/notify.js';
import { isRefundNotice, readRefundNotice } from '../../../../src/core/v2/refund-notice.js';
import { readTransaction } from '../../../../src/core/v2/transaction.js';
import { linked } from '../../../support/linked.js';
import { merchant } from '../../../support/shop.js';

const { appid, mchid, key } = merchant;
const direct = { appid, mchid, keys: [key] as [string], signType: 'MD5' as const, acceptSignTypes: ['MD5' as const] };
const provider = { ...direct, sub_mchid: '1900000200', sub_appid: 'wxfedcba9876543210' };
const fields = (given: Record<string, string | undefined>) =>
  new Map(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined));

const outer = { return_code: 'SUCCESS', appid, mch_id: mchid };
const inner = {
  out_refund_no: 'R0001',
  out_trade_no: 'SHOP00A17',
  refund_fee: '1990',
  refund_id: '50000404922017112502468056157',
  refund_status: 'SUCCESS',
  total_fee: '1990',
  transaction_id: '4200000015201711256947025404',
};
const payment = {
  ...outer,
  result_code: 'SUCCESS',
  out_trade_no: 'SHOP00A17',
  transaction_id: '4200001234202601011234567890',
  total_fee: '1990',
};
const codeOf = (call: () => unknown): string => {
  try {
    call();
    return 'believed';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('a refund notification', () => {
  const read = (changes: Record<string, string | undefined>) =>
    readRefundNotice(direct, fields(outer), fields({ ...inner, ...changes }));

  test('of the whole amount is a refund', () => {
    expect(read({}).refund.amount).toEqual({ refund: 1990, total: 1990, currency: 'CNY' });
  });

  test('of a fen more than was paid is refused', () => {
    expect(codeOf(() => read({ refund_fee: '1991' }))).toBe('ERR_WXPAY_BAD_FACTS');
  });

  test.each([
    'out_trade_no',
    'out_refund_no',
    'transaction_id',
    'refund_id',
    'refund_fee',
    'total_fee',
    'refund_status',
  ])('without %s is refused', (name) => {
    expect(codeOf(() => read({ [name]: undefined }))).toBe('ERR_WXPAY_BAD_FACTS');
    expect(codeOf(() => read({ [name]: '' }))).toBe('ERR_WXPAY_BAD_FACTS');
  });
});

test('a message with neither sign nor req_info is no refund notification, and nobody signed it', () => {
  const message = fields(payment);
  expect(isRefundNotice(message)).toBe(false);
  expect(codeOf(() => verifyNotify(direct, message))).toBe('ERR_WXPAY_BAD_SIGNATURE');
  expect(isRefundNotice(fields({ ...outer, req_info: 'x' }))).toBe(true);
  expect(isRefundNotice(fields({ ...outer, req_info: 'x', sign: 'y' }))).toBe(false);
});

describe('a payment notification', () => {
  const read = (changes: Record<string, string | undefined>, by: typeof direct | typeof provider = direct) =>
    readPaymentNotice(by, fields({ ...payment, ...changes }));

  test.each([
    [{ mch_id: '1900000110' }, '"mch_id" is 1900000110, and this merchant\'s is 1900000109'],
    [{ mch_id: undefined }, '"mch_id" is missing, and this merchant\'s is 1900000109'],
    [{ appid: 'wxffffffffffffffff' }, `"appid" is wxffffffffffffffff, and this merchant's is ${appid}`],
    [{ sub_mch_id: '1900000200' }, '"sub_mch_id" is 1900000200, and this merchant\'s is none'],
    [{ sub_appid: 'wxfedcba9876543210' }, '"sub_appid" is wxfedcba9876543210, and this merchant\'s is none'],
  ])('with %j is refused with both numbers', (changes, message) => {
    expect(() => read(changes)).toThrow(
      expect.objectContaining({ code: 'ERR_WXPAY_WRONG_MERCHANT', message: linked(message) }),
    );
  });

  test('to a provider names the shop it serves, and may leave out the appid of that shop', () => {
    const sub = { sub_mch_id: '1900000200', sub_appid: 'wxfedcba9876543210' };
    for (const sub_appid of [sub.sub_appid, undefined, '']) {
      expect(codeOf(() => read({ ...sub, sub_appid }, provider))).toBe('believed');
    }
    expect(codeOf(() => read({ ...sub, sub_appid: 'wxffffffffffffffff' }, provider))).toBe('ERR_WXPAY_WRONG_MERCHANT');
    expect(codeOf(() => read({ ...sub, sub_mch_id: '' }, provider))).toBe('ERR_WXPAY_WRONG_MERCHANT');
    expect(codeOf(() => read({ ...sub, sub_mch_id: '1900000201' }, provider))).toBe('ERR_WXPAY_WRONG_MERCHANT');
  });
});

describe('an amount of a query answer that is not decimal digits', () => {
  const read = (changes: Record<string, string>) =>
    readTransaction(fields({ ...payment, cash_fee: '1900', ...changes }), 'SUCCESS');
  const wrong = ['1e3', '0x7C6', '19.90', '-1990', '+1990', ' 1990', '1990 ', '1990元', 'abc', '1'.repeat(16)];

  test.each([...wrong, '0', '01990'])('is no total: %p', (total_fee) => {
    expect(read({ total_fee })).not.toHaveProperty('amount');
  });

  test.each(wrong)('is nothing that the payer paid: %p', (cash_fee) => {
    expect(read({ cash_fee }).amount).toEqual({ total: 1990, currency: 'CNY' });
  });

  test('while digits are, and a coupon may pay all of it', () => {
    expect(read({}).amount).toEqual({ total: 1990, payer_total: 1900, currency: 'CNY' });
    expect(read({ cash_fee: '0' }).amount).toMatchObject({ payer_total: 0 });
  });
});
