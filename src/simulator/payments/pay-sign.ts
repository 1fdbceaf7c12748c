import { createPublicKey } from 'node:crypto';
import { verifySha256 } from '../../core/crypto/rsa.js';
import { findSigner } from '../../core/v2/sign.js';
import { lines } from '../../core/v3/message.js';
import type { JsapiParams } from '../../core/vocabulary.js';
import type { Merchant } from '../accounts/merchant.js';
import type { LedgerOrder } from '../ledger/order.js';

/**
 * Whether the parameters of a page are signed as the order was. In v2 that is the same algorithm
 * with the merchant's key over exactly five fields, in v3 the merchant's RSA key over four lines.
 */
export function verifyPaySign(
  order: LedgerOrder,
  merchant: Merchant,
  params: JsapiParams,
): boolean {
  const { appId, nonceStr, signType, timeStamp, paySign } = params;
  if (order.api === 'v3') {
    const publicKey = createPublicKey(merchant.keys.privateKey);
    const message = lines(appId, timeStamp, nonceStr, params.package);
    return signType === 'RSA' && verifySha256(publicKey, paySign, message);
  }
  if (order.sign_type === undefined || signType !== order.sign_type) return false;
  const signed = { appId, nonceStr, package: params.package, signType, timeStamp, sign: paySign };
  const fields = new Map(Object.entries(signed));
  return findSigner(fields, [merchant.key], [order.sign_type]) !== undefined;
}
