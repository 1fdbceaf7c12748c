import { findSigner } from '../../core/v2/sign.js';
import type { JsapiParams } from '../../core/vocabulary.js';
import type { Merchant } from '../world.js';
import type { LedgerOrder } from './order.js';

/** Whether the page's parameters are signed as the order was: same algorithm, the merchant's key, exactly these five fields. */
export function fitsPaySign(order: LedgerOrder, merchant: Merchant, params: JsapiParams): boolean {
  const { appId, nonceStr, signType, timeStamp, paySign } = params;
  if (order.sign_type === undefined || signType !== order.sign_type) return false;
  const fields = new Map(
    Object.entries({ appId, nonceStr, package: params.package, signType, timeStamp, sign: paySign }),
  );
  return findSigner(fields, [merchant.key], [order.sign_type]) !== undefined;
}
