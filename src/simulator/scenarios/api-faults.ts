import { z } from 'zod';
import { type Field, fault, flag, text, type ValuesOf } from './field.js';
import { wait } from './schemas.js';
import { SIGNATURE_FAULTS } from './signature-faults.js';

const systemError: Field<boolean | 'processed'> = fault(
  z.union([z.boolean(), z.literal('processed')]),
  text('SYSTEMERROR', '系统错误'),
  [true, text('SYSTEMERROR', '系统错误')],
  ['processed', text('SYSTEMERROR, yet processed', '系统错误，但请求已处理')],
);

/** Everything that can go wrong with an answer of the API. */
export const API_FAULTS = {
  /** Starts the answer this many real milliseconds later. */
  latency: fault(wait, text('Latency', '延迟'), [3000, text('3 s late', '延迟 3 秒')]),
  /** Resets the connection without processing the request. */
  resetBefore: flag('connection reset before processing', '处理前连接重置'),
  /** Processes the request and loses the answer. */
  resetAfter: flag('processed, answer lost', '已处理，应答丢失'),
  /** Answers 429, in v2 `FREQUENCY_LIMITED`, without processing the request. */
  tooMany: flag('too many requests', '频率限制'),
  /**
   * Answers `SYSTEMERROR`, in v3 500 `SYSTEM_ERROR`: without processing the request when `true`,
   * after processing it when `'processed'`.
   */
  systemError,
  /** Signs the answer with a wrong key. */
  badSignature: flag('wrong signature', '应答签名错误'),
  /** Answers 502 with an HTML page, without processing the request. */
  badGateway: flag('502 page', '502 页面'),
  /** Answers 503 with an HTML page, without processing the request. */
  unavailable: flag('503 page', '503 页面'),
  ...SIGNATURE_FAULTS,
  /** Closes the connection in the middle of the body. */
  truncated: flag('truncated', '应答被截断'),
  /** Sends each byte of the body this many real milliseconds after the one before. */
  slowBody: fault(wait, text('Slow body', '缓慢应答'), [
    10,
    text('10 ms per byte', '每字节 10 毫秒'),
  ]),
};

/** What is wrong with an answer of the API. Several faults can be combined. */
export type ApiFault = Partial<ValuesOf<typeof API_FAULTS>>;

/** The paths that the page offers. Faults can be set for any path, and for `*`. */
export const API_PATHS = [
  '/v3/pay/transactions/jsapi',
  '/v3/pay/transactions/out-trade-no/{out_trade_no}',
  '/v3/pay/transactions/out-trade-no/{out_trade_no}/close',
  '/v3/refund/domestic/refunds',
  '/v3/refund/domestic/refunds/{out_refund_no}',
  '/v3/certificates',
  '/v3/bill/tradebill',
  '/v3/billdownload/file',
  '/pay/unifiedorder',
  '/pay/orderquery',
  '/pay/closeorder',
  '/secapi/pay/refund',
  '/pay/refundquery',
  '/pay/downloadbill',
  '/sns/oauth2/access_token',
  '*',
];
