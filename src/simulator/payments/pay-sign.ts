import { createPublicKey } from 'node:crypto';
import { verifySha256 } from '../../core/crypto/rsa.js';
import { findSigner } from '../../core/v2/sign.js';
import { lines } from '../../core/v3/message.js';
import type { AppParams, JsapiParams } from '../../core/vocabulary.js';
import type { Merchant } from '../accounts/merchant.js';
import type { LedgerOrder } from '../ledger/order.js';

/** What is signed, in both versions. */
interface Signed {
  signature: string;
  /** v2: the fields that the signature covers, with the algorithm of the order. */
  fields: Readonly<Record<string, string>>;
  /** v3: the four lines that the signature covers. */
  message: string;
}

/** Whether the merchant signed the parameters, with the API and the algorithm of the order. */
function isSigned(order: LedgerOrder, merchant: Merchant, signed: Signed): boolean {
  const { signature, fields, message } = signed;
  if (order.api === 'v3') {
    return verifySha256(createPublicKey(merchant.keys.privateKey), signature, message);
  }
  if (order.sign_type === undefined) return false;
  const all = new Map(Object.entries({ ...fields, sign: signature }));
  return findSigner(all, [merchant.key], [order.sign_type]) !== undefined;
}

/** Whether the parameters of a page are signed as the order was. */
export function verifyPaySign(
  order: LedgerOrder,
  merchant: Merchant,
  params: JsapiParams,
): boolean {
  const { appId, nonceStr, signType, timeStamp, paySign } = params;
  if (signType !== (order.api === 'v3' ? 'RSA' : order.sign_type)) return false;
  return isSigned(order, merchant, {
    signature: paySign,
    fields: { appId, nonceStr, package: params.package, signType, timeStamp },
    message: lines(appId, timeStamp, nonceStr, params.package),
  });
}

/** Whether the parameters of an app are signed as the order was. */
export function verifyAppSign(
  order: LedgerOrder,
  merchant: Merchant,
  { sign, ...fields }: AppParams,
): boolean {
  const { appid, timestamp, noncestr, prepayid } = fields;
  const message = lines(appid, timestamp, noncestr, prepayid);
  return isSigned(order, merchant, { signature: sign, fields: { ...fields }, message });
}
