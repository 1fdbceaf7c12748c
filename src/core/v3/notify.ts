import { defined } from '../../util/absent.js';
import { openGcm } from '../crypto/aead.js';
import { canonicalBase64 } from '../crypto/base64.js';
import { VerificationError, type WxpayErrorCode } from '../errors.js';
import { FieldFault, type JsonObject, looseText, object, optionalText, readObject, text } from '../json.js';
import type { NotificationContent, Payment } from '../vocabulary.js';
import { foreignField, type MerchantNames, type MerchantV3 } from './merchant.js';
import { readRefund } from './refunds.js';
import { readTransaction } from './transactions.js';

/** A text sealed with the APIv3 key, as notifications and certificates carry it. */
export interface SealedResource {
  nonce: string;
  associated_data: string;
  ciphertext: string;
}

/** A verified notification, still sealed. */
export interface Envelope {
  id: string;
  event_type: string;
  original_type?: string | undefined;
  resource: SealedResource;
  /** All that arrived. */
  whole: JsonObject;
}

const ANY = /^/;

/** @throws {FieldFault} */
export function readSealed(resource: JsonObject): SealedResource {
  text(resource, 'algorithm', /^AEAD_AES_256_GCM$/);
  const nonce = text(resource, 'nonce');
  if (Buffer.byteLength(nonce) > 32) throw new FieldFault('nonce');
  return {
    nonce,
    associated_data: optionalText(resource, 'associated_data', ANY) ?? '',
    ciphertext: text(resource, 'ciphertext', ANY),
  };
}

const refuse = (code: WxpayErrorCode, message: string): VerificationError =>
  new VerificationError(code, message, { status: 400 });

/** @throws {VerificationError} `ERR_WXPAY_BAD_ENVELOPE` */
export function readEnvelope(body: Uint8Array): Envelope {
  const whole = readObject(body);
  if (!whole) throw refuse('ERR_WXPAY_BAD_ENVELOPE', 'not the envelope of a notification: not a JSON object');
  try {
    const resource = object(whole, 'resource');
    return {
      id: text(whole, 'id', ANY),
      event_type: text(whole, 'event_type', ANY),
      original_type: looseText(resource, 'original_type'),
      resource: readSealed(resource),
      whole,
    };
  } catch (error) {
    if (!(error instanceof FieldFault)) throw error;
    throw refuse('ERR_WXPAY_BAD_ENVELOPE', `not the envelope of a notification: ${error.message}`);
  }
}

/** What was sealed, and which of the keys opened it. */
export interface Opened {
  plaintext: Buffer;
  /** 0 is the first key given. */
  keyIndex: number;
}

/**
 * Opens with the first key that fits.
 *
 * @throws {VerificationError} `ERR_WXPAY_BAD_ENVELOPE` no ciphertext, `ERR_WXPAY_DECRYPT_FAILED` no key fits
 */
export function openResource({ nonce, associated_data, ciphertext }: SealedResource, keys: readonly Buffer[]): Opened {
  const sealed = canonicalBase64(ciphertext);
  if (!sealed || sealed.length <= 16) {
    throw refuse('ERR_WXPAY_BAD_ENVELOPE', 'expected a ciphertext of more than a tag, in base64');
  }
  for (const [keyIndex, key] of keys.entries()) {
    try {
      return { plaintext: openGcm(key, nonce, associated_data, sealed), keyIndex };
    } catch {
      // another key may fit
    }
  }
  throw refuse('ERR_WXPAY_DECRYPT_FAILED', 'no "apiV3Key" opens the resource');
}

/**
 * What a verified and opened notification says: merchant, kind, formats, in this order; the first failure ends it.
 *
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791861
 * @throws {VerificationError} `ERR_WXPAY_BAD_ENVELOPE`, `ERR_WXPAY_WRONG_MERCHANT`, `ERR_WXPAY_BAD_FACTS`
 */
export function readNotice(envelope: Envelope, plaintext: Buffer, merchant: MerchantV3): NotificationContent {
  const resource = readObject(plaintext);
  if (!resource) throw refuse('ERR_WXPAY_BAD_ENVELOPE', 'the opened resource is not a JSON object');
  const { id, event_type, original_type, whole } = envelope;
  const raw = { ...whole, resource };
  const foreign = foreignField(resource, merchant, namesOf(event_type));
  if (foreign) throw refuse('ERR_WXPAY_WRONG_MERCHANT', foreign);
  try {
    if (isPayment(event_type, resource)) {
      const payment = readTransaction(resource, merchant) as Payment;
      if (!payment.transaction_id || !payment.amount) {
        throw refuse('ERR_WXPAY_BAD_FACTS', 'a payment without transaction_id or amount');
      }
      return { notice: { type: 'payment.success', payment, id, raw } };
    }
    const type = refundType(event_type, resource);
    if (type) {
      return { notice: { type, refund: readRefund(resource, merchant), id, raw, authenticity: 'signed' } };
    }
  } catch (error) {
    if (!(error instanceof FieldFault)) throw error;
    throw refuse('ERR_WXPAY_BAD_FACTS', error.message);
  }
  return { ignored: defined({ id, event_type, original_type, resource, raw }) };
}

/** Other kinds carry other fields: what they name must be ours, what they lack is not asked for. */
const namesOf = (event_type: string): MerchantNames => {
  if (event_type.startsWith('TRANSACTION.')) return 'appid and mchid';
  return event_type.startsWith('REFUND.') ? 'mchid' : 'nothing';
};

const isPayment = (event_type: string, resource: JsonObject): boolean =>
  event_type === 'TRANSACTION.SUCCESS' &&
  resource.trade_state === 'SUCCESS' &&
  !('refund_id' in resource || 'out_refund_no' in resource || 'refund_status' in resource);

const REFUNDS = {
  'REFUND.SUCCESS': { type: 'refund.success', status: 'SUCCESS' },
  'REFUND.ABNORMAL': { type: 'refund.abnormal', status: 'ABNORMAL' },
  'REFUND.CLOSED': { type: 'refund.closed', status: 'CLOSED' },
} as const;

/** The kind, if event and status say the same. */
function refundType(event_type: string, resource: JsonObject) {
  const found = Object.hasOwn(REFUNDS, event_type) ? REFUNDS[event_type as keyof typeof REFUNDS] : undefined;
  return found && resource.refund_status === found.status ? found.type : undefined;
}
