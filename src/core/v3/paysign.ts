import type { KeyObject } from 'node:crypto';
import { signSha256 } from '../crypto/rsa.js';
import type { AppParams, JsapiParams } from '../vocabulary.js';
import { lines } from './message.js';

export interface PaySignInput {
  /** The appid that owns the payer's openid. */
  appid: string;
  prepay_id: string;
  /** The merchant key that ordered. */
  privateKey: KeyObject;
  /** Unix seconds. */
  timestamp: string;
  nonceStr: string;
}

/**
 * The six strings for `WeixinJSBridge` (a mini program takes all but `appId`).
 *
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012365341
 */
export function signJsapi({ appid, prepay_id, privateKey, timestamp, nonceStr }: PaySignInput): JsapiParams {
  const pkg = `prepay_id=${prepay_id}`;
  // signType is not part of the signed text.
  const paySign = signSha256(privateKey, lines(appid, timestamp, nonceStr, pkg));
  return { appId: appid, timeStamp: timestamp, nonceStr, package: pkg, signType: 'RSA', paySign };
}

/** What a native app hands to the WeChat SDK; the bare prepay_id is signed, not `prepay_id=…`. */
export function signApp({
  appid,
  mchid,
  prepay_id,
  privateKey,
  timestamp,
  nonceStr,
}: PaySignInput & { mchid: string }): AppParams {
  const sign = signSha256(privateKey, lines(appid, timestamp, nonceStr, prepay_id));
  return {
    appid,
    partnerid: mchid,
    prepayid: prepay_id,
    package: 'Sign=WXPay',
    noncestr: nonceStr,
    timestamp,
    sign,
  };
}
