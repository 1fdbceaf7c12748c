import { z } from 'zod';
import { type Field, fault, flag, text, type ValuesOf } from './field.js';
import { duration } from './schemas.js';
import { SIGNATURE_FAULTS } from './signature-faults.js';

const method: Field<'HEAD' | 'GET'> = fault(
  z.enum(['HEAD', 'GET']),
  text('Method', '请求方法'),
  ['GET', text("a scanner's GET", '扫描器的 GET 请求')],
  ['HEAD', text("a scanner's HEAD", '扫描器的 HEAD 请求')],
);

/**
 * Everything that can go wrong with a notification. In API v3 a "field" is one of the encrypted
 * resource, and what is "signed correctly" is encrypted correctly as well.
 */
export const NOTIFY_FAULTS = {
  /** Sends this many copies at the same instant. */
  duplicate: fault(z.int().min(1).max(1000), text('Copies', '份数'), [
    64,
    text('64 copies at once', '同时发送 64 份'),
  ]),
  /** Sends it this many milliseconds later, on the simulator's clock. */
  delay: fault(duration, text('Delay', '延迟'), [60_000, text('a minute late', '晚一分钟')]),
  /**
   * Holds this attempt back until another notification of the same order was sent, for a day at the
   * longest: a refund becomes known before its payment, an old event after a new one.
   */
  outOfOrder: flag('after the next one', '排在下一条通知之后'),
  /** Loses this attempt. The retries go on. */
  lost: flag('lost on the way', '途中丢失'),
  /** Signs correctly, with this amount in fen. */
  wrongAmount: fault(z.int(), text('Wrong amount', '错误金额'), [
    1,
    text('wrong amount (1 fen)', '错误金额（1 分）'),
  ]),
  /** Signs correctly, with this appid. */
  wrongAppid: fault(z.string(), text('Wrong appid', '错误 appid'), [
    'wx00000000000000ff',
    text('wrong appid', '错误 appid'),
  ]),
  /** Signs correctly, with this merchant number. */
  wrongMchid: fault(z.string(), text('Wrong merchant', '错误商户号'), [
    '1900000999',
    text('wrong merchant', '错误商户号'),
  ]),
  /** Changes the amount (v2) or the ciphertext (v3) after signing. */
  tampered: flag('altered after signing', '签名后被篡改'),
  ...SIGNATURE_FAULTS,
  /** v3: encrypts with another APIv3 key. */
  wrongApiV3Key: flag('v3: encrypted with another key', 'v3：用其他密钥加密'),
  /** Signs with another key. */
  wrongSignature: flag('wrong signature', '签名错误'),
  /** v3: signs with the key of the other kind: a certificate, or the public key. */
  otherKeyType: flag('v3: key of the other kind', 'v3：使用另一类密钥签名'),
  /** Leaves the signature out. */
  missingSign: flag('no signature', '没有签名'),
  /** Sends `return_code=FAIL`; in v3 a `FAIL` in place of the message. */
  returnFail: flag('return_code=FAIL', 'return_code=FAIL'),
  /** Sends `result_code=FAIL`, signed correctly; in v3 `trade_state: PAYERROR`. */
  resultFail: flag('result_code=FAIL', 'result_code=FAIL'),
  /** Sends a document with a DOCTYPE and an external entity. */
  xxe: flag('DOCTYPE and entity', 'DOCTYPE 与外部实体'),
  /** Sends one element twice, with two values. */
  duplicateElements: flag('element twice', '元素重复'),
  /** Sends bytes that are not UTF-8. */
  notUtf8: flag('not UTF-8', '非 UTF-8'),
  /** Signs correctly, with this many bytes of padding. */
  huge: fault(z.int().min(1).max(64_000_000), text('Padding', '填充'), [
    1_000_000,
    text('1 MB body', '1 MB 报文'),
  ]),
  /** Compresses the body, with `Content-Encoding: gzip`. */
  gzip: flag('gzip', 'gzip'),
  /** Sends the body without `Content-Length`. */
  chunked: flag('chunked', 'chunked'),
  /** Sends a scanner's probe without a body in place of the POST. */
  method,
};

/**
 * What is wrong with a notification. A fault concerns single attempts: when it is set for one
 * attempt, the retry after it is correct.
 */
export type NotifyFault = Partial<ValuesOf<typeof NOTIFY_FAULTS>>;
