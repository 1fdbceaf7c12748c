import type { SignTypeV2 } from './sign.js';

/** What signing and checking v2 messages needs of a merchant. `keys[0]` signs; all of them verify (rotation). */
export interface MerchantV2 {
  appid: string;
  mchid: string;
  sub_appid?: string | undefined;
  sub_mchid?: string | undefined;
  keys: readonly [string, ...string[]];
  signType: SignTypeV2;
  /** Algorithms taken from a notification; only `signType` unless the host says otherwise. */
  acceptSignTypes: readonly SignTypeV2[];
}
