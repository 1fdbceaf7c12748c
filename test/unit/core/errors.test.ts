import { expect, test } from '@jest/globals';
import { ApiError, TransportError, VerificationError, WxpayError } from 'koa-wxpay';
import { printable } from '../../../src/util/printable.js';

const PAGE = 'https://github.com/koa-wxpay/koa-wxpay/blob/main/docs/errors.md#';

test('the message of every class of errors ends with the link of its code', () => {
  const facts = { status: 400, wechatCode: 'PARAM_ERROR', text: '参数错误', meaning: 'other', hint: 'look' } as const;
  expect([
    new WxpayError('ERR_WXPAY_BUSY', 'another copy is being settled').message,
    new VerificationError('ERR_WXPAY_STALE', 'too old').message,
    new TransportError('no answer').message,
    new ApiError('the refund', facts).message,
  ]).toEqual([
    `another copy is being settled; see ${PAGE}err_wxpay_busy`,
    `too old; see ${PAGE}err_wxpay_stale`,
    `no answer; see ${PAGE}err_wxpay_transport`,
    `WeChat refused the refund: PARAM_ERROR 参数错误 (look); see ${PAGE}err_wxpay_api`,
  ]);
});

test('a message that quotes another error keeps its own link only', () => {
  const inner = new TransportError('no answer');
  for (const quoted of [inner.message, printable(inner)]) {
    const { message } = new WxpayError('ERR_WXPAY_STORE_FAILED', `the cache failed: ${quoted}`);
    expect(message).toBe(`the cache failed: no answer; see ${PAGE}err_wxpay_store_failed`);
  }
});
