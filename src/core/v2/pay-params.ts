import type { AppParams, JsapiParams } from '../vocabulary.js';
import type { MerchantV2 } from './merchant.js';
import { signV2 } from './sign.js';

export interface Stamp {
  /** Unix seconds. */
  timestamp: number;
  nonce: string;
}

/**
 * What the page hands to WeixinJSBridge. `signType` takes part in the signature and must be the one the order was placed with.
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011939593
 */
export function jsapiParams(merchant: MerchantV2, prepay_id: string, { timestamp, nonce }: Stamp): JsapiParams {
  const params = {
    appId: merchant.sub_appid ?? merchant.appid,
    timeStamp: String(timestamp),
    nonceStr: nonce,
    package: `prepay_id=${prepay_id}`,
    signType: merchant.signType,
  };
  return { ...params, paySign: signV2(new Map(Object.entries(params)), merchant.keys[0], merchant.signType) };
}

/** What a native app hands to the SDK; here the names are lower case. */
export function appParams(merchant: MerchantV2, prepayid: string, { timestamp, nonce }: Stamp): AppParams {
  const params = {
    appid: merchant.sub_appid ?? merchant.appid,
    partnerid: merchant.sub_mchid ?? merchant.mchid,
    prepayid,
    package: 'Sign=WXPay',
    noncestr: nonce,
    timestamp: String(timestamp),
  } as const;
  return { ...params, sign: signV2(new Map(Object.entries(params)), merchant.keys[0], merchant.signType) };
}
