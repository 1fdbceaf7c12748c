import type { AppParams, JsapiParams } from '../vocabulary.js';
import type { MerchantV2 } from './merchant.js';
import { signText } from './sign.js';

export interface Stamp {
  /** Unix seconds. */
  timestamp: number;
  nonce: string;
}

/**
 * What the page hands to WeixinJSBridge. `signType` takes part in the signature and must be the one
 * the order was placed with.
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011939593
 */
export function jsapiParams(
  merchant: MerchantV2,
  prepay_id: string,
  { timestamp, nonce: nonceStr }: Stamp,
): JsapiParams {
  const appId = merchant.sub_appid ?? merchant.appid;
  const timeStamp = String(timestamp);
  const { signType } = merchant;
  // The same names always, so they are written in the order that is signed.
  const text = `appId=${appId}&nonceStr=${nonceStr}&package=prepay_id=${prepay_id}&signType=${signType}&timeStamp=${timeStamp}`;
  const paySign = signText(text, merchant.keys[0], signType);
  return { appId, timeStamp, nonceStr, package: `prepay_id=${prepay_id}`, signType, paySign };
}

/** What a native app hands to the SDK; here the names are lower case. */
export function appParams(merchant: MerchantV2, prepayid: string, { timestamp, nonce: noncestr }: Stamp): AppParams {
  const appid = merchant.sub_appid ?? merchant.appid;
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
