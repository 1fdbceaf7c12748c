import { openGcm } from '../crypto/aead.js';
import { canonicalBase64 } from '../crypto/base64.js';
import { VerificationError, type WxpayErrorCode } from '../errors.js';
import { FieldFault, type JsonObject, looseText, object, optionalText, readObject, text } from '../json.js';

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
