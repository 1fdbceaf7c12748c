import type { SignTypeV2 } from '../core/v2/sign.js';

/** Credentials of API v2. */
export interface V2Options {
  /** The APIv2 key of 32 characters; several while it is being changed: the first signs, all verify. */
  key: string | readonly string[];
  /** @default 'MD5', as WeChat's */
  signType?: SignTypeV2;
  /**
   * Algorithms accepted on notifications besides `signType`. WeChat has been seen signing a few HMAC orders with MD5; each use is
   * warned about as `sign_type_mismatch`. @default none
   */
  acceptSignTypes?: readonly SignTypeV2[];
}

export interface ResolvedV2 {
  keys: readonly [string, ...string[]];
  signType: SignTypeV2;
  acceptSignTypes: readonly SignTypeV2[];
}

/** @throws TypeError naming the option that is wrong */
export function resolveV2({ key, signType = 'MD5', acceptSignTypes = [] }: V2Options): ResolvedV2 {
  const keys = typeof key === 'string' ? [key] : [...(key ?? [])];
  if (keys.length === 0) throw new TypeError('"v2.key" must be the APIv2 key, or several');
  for (const one of keys) {
    if (typeof one !== 'string' || !/^[\x21-\x7e]{32}$/.test(one)) {
      throw new TypeError(
        `"v2.key" must be 32 printable characters, not ${typeof one === 'string' ? one.length : typeof one}`,
      );
    }
  }
  for (const type of [signType, ...acceptSignTypes]) {
    if (type !== 'MD5' && type !== 'HMAC-SHA256') throw new TypeError(`"v2.signType" must be 'MD5' or 'HMAC-SHA256'`);
  }
  return {
    keys: keys as [string, ...string[]],
    signType,
    acceptSignTypes: [...new Set([signType, ...acceptSignTypes])],
  };
}
