import { payingAppid } from '../accounts.js';
import type { AppParams, JsapiParams } from '../vocabulary.js';
import type { MerchantV2 } from './merchant.js';
import { signText } from './sign.js';

export interface Stamp {
  /** Unix seconds. */
  timestamp: number;
  nonce: string;
}

/**
 * Signs the parameters that the page passes to WeixinJSBridge. `signType` takes part in the
 * signature, and must be the one that the order was placed with.
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011939593
 */
export function jsapiParams(
  merchant: MerchantV2,
  prepay_id: string,
  { timestamp, nonce: nonceStr }: Stamp,
): JsapiParams {
  const appId = payingAppid(merchant);
  const timeStamp = String(timestamp);
  const { signType } = merchant;
  // The names are always the same, so they are written in the order in which they are signed.
  const text = `appId=${appId}&nonceStr=${nonceStr}&package=prepay_id=${prepay_id}&signType=${signType}&timeStamp=${timeStamp}`;
  const paySign = signText(text, merchant.keys[0], signType);
  return { appId, timeStamp, nonceStr, package: `prepay_id=${prepay_id}`, signType, paySign };
}

/** Signs the parameters that a native app passes to the SDK. Their names are in lower case. */
export function appParams(merchant: MerchantV2, prepayid: string, { timestamp, nonce: noncestr }: Stamp): AppParams {
  const appid = payingAppid(merchant);
  const partnerid = merchant.sub_mchid ?? merchant.mchid;
  const text = `appid=${appid}&noncestr=${noncestr}&package=Sign=WXPay&partnerid=${partnerid}&prepayid=${prepayid}&timestamp=${timestamp}`;
  const sign = signText(text, merchant.keys[0], merchant.signType);
  return {
    appid,
    partnerid,
    prepayid,
    package: 'Sign=WXPay',
    noncestr,
    timestamp: String(timestamp),
    sign,
  };
}
