import { openEcb } from '../crypto/aes-ecb.js';
import { canonicalBase64 } from '../crypto/base64.js';
import { md5Hex } from '../crypto/digest.js';
import { VerificationError, type WxpayErrorCode } from '../errors.js';
import { OUT_REFUND_NO, OUT_TRADE_NO, REFUND_ID, TRANSACTION_ID } from '../ids.js';
import type { Notice, Refund } from '../vocabulary.js';
import type { MerchantV2 } from './merchant.js';
import { checkMerchant, objectOf } from './notify.js';
import { REFUND_STATES, refundOf } from './refund.js';
import type { FieldsV2 } from './sign.js';
import { readXml } from './xml/read.js';

const refuse = (code: WxpayErrorCode, message: string, cause?: unknown): VerificationError =>
  new VerificationError(code, message, { status: 400, cause });

/**
 * Whether it is a refund notification, which carries no `sign`: everyone who knows the key can make
 * one, and parts of it can be moved around.
 */
export const isRefundNotice = (fields: FieldsV2): boolean => fields.has('req_info') && !fields.has('sign');

/** What was inside `req_info`, and which of the keys opened it (0 is the first). */
export interface OpenedReqInfo {
  inner: FieldsV2;
  keyIndex: number;
}

/**
 * Decrypts `req_info` with the first key that fits.
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011936540
 * @throws {VerificationError} `ERR_WXPAY_BAD_ENVELOPE`, `ERR_WXPAY_DECRYPT_FAILED`
 */
export function openReqInfo(keys: readonly string[], req_info: string): OpenedReqInfo {
  const sealed = canonicalBase64(req_info);
  if (!sealed || sealed.length === 0 || sealed.length % 16 !== 0) {
    throw refuse('ERR_WXPAY_BAD_ENVELOPE', 'req_info is not blocks of AES in base64');
  }
  for (const [keyIndex, key] of keys.entries()) {
    // Padding may fit by chance. Only what reads as a message proves that the key is right.
    const inner = opened(md5Hex(key), sealed);
    if (inner) return { inner, keyIndex };
  }
  throw refuse('ERR_WXPAY_DECRYPT_FAILED', 'no "v2.key" opens req_info');
}

/**
 * Checks merchant, kind and formats. A refund query must confirm the refund before any effect.
 *
 * @throws {VerificationError} `ERR_WXPAY_WRONG_MERCHANT`, `ERR_WXPAY_BAD_FACTS`
 */
export function readRefundNotice(merchant: MerchantV2, fields: FieldsV2, inner: FieldsV2): RefundNotice {
  checkMerchant(merchant, fields);
  const raw = { ...objectOf(fields), req_info: objectOf(inner) };
  const status = REFUND_STATES.get(inner.get('refund_status'));
  const type = TYPES.get(status);
  // The notification is not signed: what no refund query can confirm is not acknowledged either.
  if (fields.get('return_code') !== 'SUCCESS' || !type) {
    throw refuse('ERR_WXPAY_BAD_FACTS', 'it reports no end of a refund');
  }
  return { type, refund: readFacts(merchant, inner), raw, authenticity: 'encrypted-only' };
}

export type RefundNotice = Extract<Notice, { refund: Refund }>;

const TYPES: ReadonlyMap<string | undefined, RefundNotice['type']> = new Map([
  ['SUCCESS', 'refund.success'],
  ['CLOSED', 'refund.closed'],
  ['ABNORMAL', 'refund.abnormal'],
]);

function readFacts(merchant: MerchantV2, inner: FieldsV2): Refund {
  const rules = {
    out_trade_no: OUT_TRADE_NO,
    transaction_id: TRANSACTION_ID,
    out_refund_no: OUT_REFUND_NO,
    refund_id: REFUND_ID,
  };
  for (const [name, rule] of Object.entries(rules)) {
    if (!rule.test(inner.get(name) ?? '')) throw refuse('ERR_WXPAY_BAD_FACTS', `${name} is malformed`);
  }
  const refund = factsOf(merchant, inner);
  if (refund.amount.refund > refund.amount.total) throw refuse('ERR_WXPAY_BAD_FACTS', 'more is refunded than was paid');
  return refund;
}

function factsOf(merchant: MerchantV2, inner: FieldsV2): Refund {
  try {
    return refundOf(merchant, 'the refund notification', (name) => inner.get(name));
  } catch (cause) {
    throw refuse('ERR_WXPAY_BAD_FACTS', 'an amount is malformed', cause);
  }
}

function opened(key: string, sealed: Buffer): FieldsV2 | undefined {
  try {
    return readXml(openEcb(key, sealed), 'root');
  } catch {
    return undefined;
  }
}
