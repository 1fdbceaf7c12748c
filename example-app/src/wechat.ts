import type { WxOAuthOptions, WxpayOptions } from 'koa-wxpay';
import type { Simulator } from 'koa-wxpay/simulator';
import { need } from './config.js';

/** Which WeChat the shop lives in, and who it is there. */
export interface Wechat {
  /** The shop's own address, as browsers and WeChat see it. */
  origin: string;
  account: Pick<WxOAuthOptions, 'appid' | 'secret' | 'baseUrl' | 'authorizeUrl'>;
  merchant: Omit<WxpayOptions, 'notifyUrl'>;
  simulated: boolean;
}

/** The real one, when the merchant's variables are there. */
export function realWechat(env: NodeJS.ProcessEnv): Wechat | null {
  if (!env.WXPAY_MCHID) return null;
  const { ORIGIN, WXPAY_APPID, WXPAY_SECRET, WXPAY_MCHID } = need(
    env,
    'ORIGIN',
    'WXPAY_APPID',
    'WXPAY_SECRET',
    'WXPAY_MCHID',
  );
  return {
    origin: ORIGIN.replace(/\/$/, ''),
    account: { appid: WXPAY_APPID, secret: WXPAY_SECRET },
    merchant: { appid: WXPAY_APPID, mchid: WXPAY_MCHID, v2: { key: need(env, 'WXPAY_KEY').WXPAY_KEY } },
    simulated: false,
  };
}

/** A local one: its phone is what browsers open, so the phone's address is the shop's. */
export function simulatedWechat({ url, phoneUrl, app, merchant }: Simulator): Wechat {
  return {
    origin: phoneUrl,
    account: {
      appid: app.appid,
      secret: app.secret,
      baseUrl: url,
      authorizeUrl: `${phoneUrl}/connect/oauth2/authorize`,
    },
    merchant: { appid: app.appid, mchid: merchant.mchid, baseUrl: url, v2: { key: merchant.key } },
    simulated: true,
  };
}
