import type { Accounts } from '../accounts.js';
import type { SignTypeV2 } from './sign.js';

/**
 * What signing and checking messages of API v2 needs of a merchant. `keys[0]` signs and all keys
 * verify, so that keys can be changed.
 */
export interface MerchantV2 extends Accounts {
  mchid: string;
  sub_mchid?: string | undefined;
  keys: readonly [string, ...string[]];
  signType: SignTypeV2;
  /** The algorithms accepted on notifications: `signType`, and those that the host names. */
  acceptSignTypes: readonly SignTypeV2[];
}
