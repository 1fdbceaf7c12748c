import { describe, expect, test } from '@jest/globals';
import { apiMeaning } from 'koa-wxpay';
import { readAnswer } from '../../../src/core/v2/message.js';
import { signV2 } from '../../../src/core/v2/sign.js';
import { writeXml } from '../../../src/core/v2/xml/write.js';
import { readRefusal } from '../../../src/core/v3/errors.js';
import type { Call } from '../../../src/core/v3/merchant.js';
import { linked } from '../../support/linked.js';

const key = '8934e7d15453e97507ef794cf7b0519d';
const merchant = {
  appid: 'wx0123456789abcdef',
  mchid: '1900000109',
  keys: [key] as [string],
  signType: 'MD5' as const,
  acceptSignTypes: ['MD5' as const],
};

/** How API v2 refuses: signed when the message was understood. */
function refusedByV2(fields: Record<string, string>): Error {
  const given = new Map(Object.entries({ appid: merchant.appid, mch_id: merchant.mchid, ...fields }));
  const body = writeXml([...given, ['sign', signV2(given, key, 'MD5')]]);
  try {
    readAnswer(merchant, '/pay/unifiedorder', Buffer.from(body));
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was refused');
}

const byV2 = (err_code: string, err_code_des = '') =>
  refusedByV2({ return_code: 'SUCCESS', return_msg: 'OK', result_code: 'FAIL', err_code, err_code_des });

const ordering: Call = { operation: 'the jsapi order', method: 'POST', path: '/v3/pay/transactions/jsapi' };
const byV3 = (code: string, message = '', status = 400, call = ordering) =>
  readRefusal(call, status, Buffer.from(JSON.stringify({ code, message })), undefined);

describe.each([
  ['API v2', byV2],
  ['API v3', byV3],
])('a refusal by %s', (_, refused) => {
  test.each([
    ['ORDERPAID', 'order_paid'],
    ['ORDER_PAID', 'order_paid'],
    ['ORDERCLOSED', 'order_closed'],
    ['ORDER_CLOSED', 'order_closed'],
    ['OUT_TRADE_NO_USED', 'order_changed'],
    ['ORDERNOTEXIST', 'order_not_found'],
    ['ORDER_NOT_EXIST', 'order_not_found'],
    ['REFUNDNOTEXIST', 'refund_not_found'],
    ['REFUND_NOT_EXISTS', 'refund_not_found'],
    ['REFUND_FEE_MISMATCH', 'refund_mismatch'],
    ['NO_STATEMENT_EXIST', 'no_bill'],
    ['STATEMENT_CREATING', 'bill_not_ready'],
    ['NOTENOUGH', 'not_enough'],
    ['NOT_ENOUGH', 'not_enough'],
    ['FREQUENCY_LIMITED', 'too_frequent'],
    ['FREQUENCY_LIMIT_EXCEED', 'too_frequent'],
    ['RATELIMIT_EXCEEDED', 'too_frequent'],
    ['INVALID_REQ_TOO_MUCH', 'too_frequent'],
    ['SYSTEMERROR', 'unknown_outcome'],
    ['SYSTEM_ERROR', 'unknown_outcome'],
    ['SERVICE_UNAVAILABLE', 'unknown_outcome'],
    ['BIZERR_NEED_RETRY', 'unknown_outcome'],
    ['PARAM_ERROR', 'other'],
    ['constructor', 'other'],
  ])('with %s means %s', (code, meaning) => {
    expect(refused(code)).toMatchObject({ code: 'ERR_WXPAY_API', wechatCode: code, meaning });
  });

  test('that says the number is a duplicate means order_changed, under INVALID_REQUEST alone', () => {
    expect(apiMeaning(refused('INVALID_REQUEST', '201 商户订单号重复'))).toBe('order_changed');
    expect(apiMeaning(refused('INVALID_REQUEST', '商户订单号重复'))).toBe('order_changed');
    expect(apiMeaning(refused('INVALID_REQUEST', '无效请求'))).toBe('other');
    expect(apiMeaning(refused('INVALID_REQUEST'))).toBe('other');
    expect(apiMeaning(refused('PARAM_ERROR', '201 商户订单号重复'))).toBe('other');
    expect(apiMeaning(refused('ORDERPAID', '201 商户订单号重复'))).toBe('order_paid');
  });
});

test('API v2 refuses a bill by its text', () => {
  const bill = (return_msg: string) => apiMeaning(refusedByV2({ return_code: 'FAIL', return_msg }));
  expect(bill('No Bill Exist')).toBe('no_bill');
  expect(bill('NO Bill Exist')).toBe('no_bill');
  expect(bill('Bill Creating')).toBe('bill_not_ready');
  expect(bill('invalid bill_type')).toBe('other');
  expect(apiMeaning(byV3('INVALID_REQUEST', 'No Bill Exist'))).toBe('other');
});

test('an error that is no refusal has no meaning', () => {
  expect(apiMeaning(new Error('down'))).toBeUndefined();
  expect(apiMeaning(undefined)).toBeUndefined();
});

describe('a refusal with a known cause says what to change', () => {
  const BELONG = '"mchid", "v3.serial_no" and "v3.privateKey" must belong together';
  test.each([
    ['商户证书序列号有误。请使用签名私钥匹配的证书序列号', BELONG],
    ['商户证书序列号有误', BELONG],
    ['签名错误', BELONG],
    ['签名错误', 'openssl x509 -in apiclient_cert.pem -noout -serial -subject'],
    ['Http头Authorization中的timestamp与发起请求的时间不得超过5分钟', "set this machine's clock right"],
  ])('SIGN_ERROR %s', (text, hint) => {
    const { message } = byV3('SIGN_ERROR', text, 401);
    expect(message).toContain(`WeChat refused the jsapi order: SIGN_ERROR ${text} (`);
    expect(message).toContain(hint);
  });

  test.each([
    [byV3('PARAM_ERROR', '平台证书序列号Wechatpay-Serial错误'), '"v3.platformKeys" must hold the public key'],
    [byV3('APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配'), 'bind "appid" to "mchid"'],
    [refusedByV2({ return_code: 'FAIL', return_msg: '签名错误' }), '"mchid" and "v2.key" must belong together'],
    [refusedByV2({ return_code: 'FAIL', return_msg: '签名失败' }), '"mchid" and "v2.key" must belong together'],
    [byV2('SIGNERROR', '签名错误'), '"mchid" and "v2.key" must belong together'],
  ])('%s', ({ message }, hint) => {
    expect(message).toContain(hint);
  });

  test('and says nothing more otherwise', () => {
    expect(byV3('PARAM_ERROR', '参数错误').message).toEqual(
      linked('WeChat refused the jsapi order: PARAM_ERROR 参数错误'),
    );
    expect(byV2('ORDERPAID').message).toEqual(linked('WeChat refused /pay/unifiedorder: ORDERPAID'));
  });
});
