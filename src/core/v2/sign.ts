import { equalText, hmacSha256Hex, md5Hex } from '../crypto/digest.js';

/** An algorithm that API v2 signs with. */
export type SignTypeV2 = 'MD5' | 'HMAC-SHA256';

/** The fields of one message; unknown ones are signed too. */
export type FieldsV2 = ReadonlyMap<string, string>;

/** Fields that are signed: as they arrived, or as they are about to be sent. */
type Signable = ReadonlyMap<string, string | number>;

/**
 * The text a v2 signature covers, without the key: every non-empty field but `sign`, in ASCII order,
 * values as they travel.
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011985891
 */
export function signingString(fields: Signable): string {
  let text = '';
  // sort() compares code units, which is ASCII order; localeCompare puts sign_type before signType.
  for (const name of [...fields.keys()].sort()) {
    const value = fields.get(name);
    if (value === '' || name === 'sign') continue;
    text += text === '' ? `${name}=${value}` : `&${name}=${value}`;
  }
  return text;
}

/** Upper-case hex, as it travels. */
export const signV2 = (fields: Signable, key: string, signType: SignTypeV2): string =>
  signText(signingString(fields), key, signType);

/** The signature of a text that {@link signingString} made, or that has its form. */
export function signText(text: string, key: string, signType: SignTypeV2): string {
  if (key === '') throw new TypeError('"key" must not be empty: an empty key signs for everybody');
  const whole = `${text}&key=${key}`;
  return (signType === 'MD5' ? md5Hex(whole) : hmacSha256Hex(key, whole)).toUpperCase();
}

/** Which key and algorithm made `sign`, tried in the order given. */
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
