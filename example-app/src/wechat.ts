import type { WxOAuthOptions, WxpayOptions } from 'koa-wxpay';
import type { Simulator } from 'koa-wxpay/simulator';
import { need } from './env.js';

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
    merchant: { appid: WXPAY_APPID, mchid: WXPAY_MCHID, ...credentials(env) },
    simulated: false,
  };
}

/** API v3 unless `WXPAY_API=v2`. With a v2 key besides, notifications of orders placed over v2 are read as well. */
function credentials(env: NodeJS.ProcessEnv): Pick<WxpayOptions, 'v2' | 'v3'> {
  if (env.WXPAY_API === 'v2') return { v2: { key: need(env, 'WXPAY_KEY').WXPAY_KEY } };
  const { WXPAY_PRIVATE_KEY, WXPAY_SERIAL_NO, WXPAY_API_V3_KEY } = need(
    env,
    'WXPAY_PRIVATE_KEY',
    'WXPAY_SERIAL_NO',
    'WXPAY_API_V3_KEY',
  );
  const { WXPAY_PUBLIC_KEY_ID, WXPAY_PUBLIC_KEY, WXPAY_KEY } = env;
  return {
    v3: {
      privateKey: WXPAY_PRIVATE_KEY,
      serial_no: WXPAY_SERIAL_NO,
      apiV3Key: WXPAY_API_V3_KEY,
      ...(WXPAY_PUBLIC_KEY_ID && WXPAY_PUBLIC_KEY && { platformKeys: { [WXPAY_PUBLIC_KEY_ID]: WXPAY_PUBLIC_KEY } }),
    },
    ...(WXPAY_KEY && { v2: { key: WXPAY_KEY } }),
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
