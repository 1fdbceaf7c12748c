import { equalText, hmacSha256Hex, md5Hex } from '../crypto/digest.js';

/** An algorithm that API v2 signs with. */
export type SignTypeV2 = 'MD5' | 'HMAC-SHA256';

/** The fields of one message. Unknown fields are signed too. */
export type FieldsV2 = ReadonlyMap<string, string>;

/** Fields to sign: as they arrived, or as they are about to be sent. */
type Signable = ReadonlyMap<string, string | number>;

/**
 * Returns the text that a signature of API v2 covers, without the key: every field that is not
 * empty except `sign`, in ASCII order, with the values as they travel.
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011985891
 */
export function signingString(fields: Signable): string {
  let text = '';
  // sort() compares code units, which is ASCII order. localeCompare would put sign_type before
  // signType.
  for (const name of [...fields.keys()].sort()) {
    const value = fields.get(name);
    if (value === '' || name === 'sign') continue;
    text += text === '' ? `${name}=${value}` : `&${name}=${value}`;
  }
  return text;
}

/** Signs fields. The signature is upper-case hex. */
export const signV2 = (fields: Signable, key: string, signType: SignTypeV2): string =>
  signText(signingString(fields), key, signType);

/** Signs a text that {@link signingString} made, or one of the same form. */
export function signText(text: string, key: string, signType: SignTypeV2): string {
  if (key === '') throw new TypeError('"key" must not be empty: an empty key signs for everybody');
  const whole = `${text}&key=${key}`;
  return (signType === 'MD5' ? md5Hex(whole) : hmacSha256Hex(key, whole)).toUpperCase();
}

/** Returns which key and algorithm made `sign`. They are tried in the given order. */
export function findSigner(
  fields: FieldsV2,
  keys: readonly string[],
  signTypes: readonly SignTypeV2[],
): { key: string; signType: SignTypeV2 } | undefined {
  const sign = fields.get('sign');
  if (!sign) return undefined;
  const text = signingString(fields);
  for (const signType of signTypes) {
    for (const key of keys) {
      if (equalText(sign, signText(text, key, signType))) return { key, signType };
    }
  }
  return undefined;
}
