import { createPublicKey } from 'node:crypto';
import { verifySha256 } from '../../core/crypto/rsa.js';
import { findSigner } from '../../core/v2/sign.js';
import { lines } from '../../core/v3/message.js';
import type { JsapiParams } from '../../core/vocabulary.js';
import type { Merchant } from '../world.js';
import type { LedgerOrder } from './order.js';

/**
 * Whether the page's parameters are signed as the order was. v2: the same algorithm, the merchant's key, exactly these five fields;
 * v3: the merchant's RSA key over four lines.
 */
export function fitsPaySign(order: LedgerOrder, merchant: Merchant, params: JsapiParams): boolean {
  const { appId, nonceStr, signType, timeStamp, paySign } = params;
  if (order.api === 'v3') {
    const publicKey = createPublicKey(merchant.keys.privateKey);
    return signType === 'RSA' && verifySha256(publicKey, paySign, lines(appId, timeStamp, nonceStr, params.package));
  }
  if (order.sign_type === undefined || signType !== order.sign_type) return false;
  const fields = new Map(
    Object.entries({ appId, nonceStr, package: params.package, signType, timeStamp, sign: paySign }),
  );
  return findSigner(fields, [merchant.key], [order.sign_type]) !== undefined;
}
