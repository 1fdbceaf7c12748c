import { equalText, hmacSha256Hex, md5Hex } from '../crypto/digest.js';

export type SignTypeV2 = 'MD5' | 'HMAC-SHA256';

/** The fields of one message; unknown ones are signed too. */
export type FieldsV2 = ReadonlyMap<string, string>;

/**
 * The text a v2 signature covers, without the key: every non-empty field but `sign`, in ASCII order, values raw.
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011985891
 */
export function signingString(fields: FieldsV2): string {
  // ASCII order, as v2 requires: localeCompare puts sign_type before signType
  return [...fields]
    .filter(([name, value]) => name !== 'sign' && value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** Upper-case hex, as it travels. */
export function signV2(fields: FieldsV2, key: string, signType: SignTypeV2): string {
  if (key === '') throw new TypeError('"key" must not be empty: an empty key signs for everybody');
  const text = `${signingString(fields)}&key=${key}`;
  return (signType === 'MD5' ? md5Hex(text) : hmacSha256Hex(key, text)).toUpperCase();
}

/** Which key and algorithm made `sign`, tried in the order given. */
export function findSigner(
  fields: FieldsV2,
  keys: readonly string[],
  signTypes: readonly SignTypeV2[],
): { key: string; signType: SignTypeV2 } | undefined {
  const sign = fields.get('sign');
  if (!sign) return undefined;
  for (const signType of signTypes) {
    for (const key of keys) {
      if (equalText(sign, signV2(fields, key, signType))) return { key, signType };
    }
  }
  return undefined;
}
