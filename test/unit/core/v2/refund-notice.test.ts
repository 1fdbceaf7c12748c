import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { md5Hex } from '../../../../src/core/crypto/digest.js';
import { openReqInfo, readRefundNotice } from '../../../../src/core/v2/refund-notice.js';
import { sealEcb } from '../../../../src/simulator/crypto/seal.js';
import { merchant } from '../../../support/shop.js';

const { appid, mchid, key } = merchant;
const merchantV2 = {
  appid,
  mchid,
  keys: [key] as [string],
  signType: 'MD5' as const,
  acceptSignTypes: ['MD5' as const],
};
const outer = new Map([
  ['return_code', 'SUCCESS'],
  ['appid', appid],
  ['mch_id', mchid],
]);
const facts: Record<string, string> = {
  out_refund_no: 'R0001',
  out_trade_no: 'SHOP00A17',
  refund_fee: '600',
  refund_id: '50000404922017112502468056157',
  refund_status: 'SUCCESS',
  settlement_refund_fee: '600',
  success_time: '2017-11-25 15:36:17',
  total_fee: '1990',
  transaction_id: '4200000015201711256947025404',
};
const inner = (changes: Record<string, string> = {}) => new Map(Object.entries({ ...facts, ...changes }));
const read = (changes?: Record<string, string>, around: [string, string][] = []) =>
  readRefundNotice(merchantV2, new Map([...outer, ...around]), inner(changes));

test('openssl seals what we open', () => {
  const text = '<root><out_refund_no><![CDATA[退款1]]></out_refund_no></root>';
  const sealed = execFileSync(
    'openssl',
    ['enc', '-aes-256-ecb', '-K', Buffer.from(md5Hex(key)).toString('hex'), '-base64', '-A'],
    { input: text },
  );
  expect(openReqInfo([key], sealed.toString())).toEqual({ inner: new Map([['out_refund_no', '退款1']]), keyIndex: 0 });
  expect(sealEcb(md5Hex(key), text).toString('base64')).toBe(sealed.toString());
});

describe('a refund notification', () => {
  test('says in v3 words what was refunded, and that nobody signed it', () => {
    expect(read()).toMatchObject({
      type: 'refund.success',
      authenticity: 'encrypted-only',
      refund: {
        mchid,
        out_trade_no: 'SHOP00A17',
        out_refund_no: 'R0001',
        status: 'SUCCESS',
        success_time: '2017-11-25T15:36:17+08:00',
        amount: { refund: 600, total: 1990, currency: 'CNY' },
      },
    });
  });
  test.each([
    ['REFUNDCLOSE', 'refund.closed'],
    ['CHANGE', 'refund.abnormal'],
  ])('%s is %s', (refund_status, type) => expect(read({ refund_status }).type).toBe(type));

  test.each<[string, Record<string, string>, string]>([
    ['a refund that is still on its way', { refund_status: 'PROCESSING' }, 'BAD_FACTS'],
    ['a state nobody documented', { refund_status: 'constructor' }, 'BAD_FACTS'],
    ['more than was paid', { refund_fee: '1991' }, 'BAD_FACTS'],
    ['an amount in yuan', { refund_fee: '6.00' }, 'BAD_FACTS'],
    ['an amount of nothing', { refund_fee: '0' }, 'BAD_FACTS'],
    ['a number with a blank', { out_refund_no: 'R 1' }, 'BAD_FACTS'],
    ['no transaction_id', { transaction_id: '' }, 'BAD_FACTS'],
  ])('%s is refused', (_, changes, code) => {
    expect(() => read(changes)).toThrow(expect.objectContaining({ code: `ERR_WXPAY_${code}` }));
  });
  test('one that does not report success is not acknowledged: nobody signed that', () => {
    expect(() => read({}, [['return_code', 'FAIL']])).toThrow(expect.objectContaining({ code: 'ERR_WXPAY_BAD_FACTS' }));
  });
  test('for another merchant it is refused', () => {
    expect(() => read({}, [['mch_id', '1900000110']])).toThrow(
      expect.objectContaining({ code: 'ERR_WXPAY_WRONG_MERCHANT' }),
    );
  });
});

describe('req_info that is none', () => {
  test.each([
    ['nothing', '', 'BAD_ENVELOPE'],
    ['no base64', '*'.repeat(24), 'BAD_ENVELOPE'],
    ['half a block', Buffer.alloc(8).toString('base64'), 'BAD_ENVELOPE'],
    ['blocks of nothing', Buffer.alloc(32).toString('base64'), 'DECRYPT_FAILED'],
    ['a sealed text that is no message', sealEcb(md5Hex(key), 'hello').toString('base64'), 'DECRYPT_FAILED'],
  ])('%s', (_, req_info, code) => {
    expect(() => openReqInfo([key], req_info)).toThrow(expect.objectContaining({ code: `ERR_WXPAY_${code}` }));
  });
});
