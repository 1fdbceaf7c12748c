import { sha1Hex } from '../crypto/digest.js';

/** What `wx.config(…)` takes. `appId` and `nonceStr` are spelled with capitals here, unlike in what is signed. */
export interface JsConfig {
  debug: boolean;
  appId: string;
  timestamp: number;
  nonceStr: string;
  signature: string;
  jsApiList: string[];
}

/** What the signature of `wx.config` covers. */
export interface JsConfigFacts {
  jsapi_ticket: string;
  noncestr: string;
  /** Unix seconds. */
  timestamp: number | string;
  /** The page as `location.href` has it; what follows `#` does not count. */
  url: string;
}

/**
 * The signature of `wx.config`: names in lower case, values raw.
 *
 * @see https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/JS-SDK.html#62
 */
export const signJsConfig = ({ jsapi_ticket, noncestr, timestamp, url }: JsConfigFacts): string =>
  sha1Hex(`jsapi_ticket=${jsapi_ticket}&noncestr=${noncestr}&timestamp=${timestamp}&url=${url.split('#', 1)[0]}`);
