import type { V3Options, WxOAuthOptions, WxpayOptions } from 'koa-wxpay';
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

export type Api = 'v2' | 'v3';

/** `WXPAY_API`, v3 unless it says v2. */
export function readApi({ WXPAY_API = '' }: NodeJS.ProcessEnv): Api {
  if (!['', 'v2', 'v3'].includes(WXPAY_API)) throw new Error(`WXPAY_API must be v3 or v2, not "${WXPAY_API}"`);
  return WXPAY_API === 'v2' ? 'v2' : 'v3';
}

/** The merchant's, when its variables are there: at the real WeChat, or at a simulator that runs elsewhere on this machine. */
export function merchantsWechat(env: NodeJS.ProcessEnv): Wechat | null {
  if (!env.WXPAY_MCHID) return null;
  const { ORIGIN, WXPAY_APPID, WXPAY_SECRET, WXPAY_MCHID } = need(
    env,
    'ORIGIN',
    'WXPAY_APPID',
    'WXPAY_SECRET',
    'WXPAY_MCHID',
  );
  const origin = ORIGIN.replace(/\/$/, '');
  const baseUrl = env.SIMULATOR_URL;
  return {
    origin,
    account: {
      appid: WXPAY_APPID,
      secret: WXPAY_SECRET,
      ...(baseUrl && { baseUrl, authorizeUrl: `${origin}/connect/oauth2/authorize` }),
    },
    merchant: { appid: WXPAY_APPID, mchid: WXPAY_MCHID, ...credentials(env), ...(baseUrl && { baseUrl }) },
    simulated: Boolean(baseUrl),
  };
}

/** With an additional v2 key, notifications of orders that were placed over v2 are read as well. */
function credentials(env: NodeJS.ProcessEnv): Pick<WxpayOptions, 'v2' | 'v3'> {
  if (readApi(env) === 'v2') {
    const { WXPAY_CLIENT_CERTIFICATE: clientCertificate, WXPAY_CLIENT_KEY: clientKey } = env;
    const { WXPAY_KEY } = need(env, 'WXPAY_KEY');
    return { v2: { key: WXPAY_KEY, ...(clientCertificate && clientKey && { clientCertificate, clientKey }) } };
  }
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

/** A simulator of this process: its phone is what browsers open, so the phone's address is the shop's. */
export function simulatedWechat({ url, phoneUrl, app, merchant, clock }: Simulator, api: Api): Wechat {
  const { mchid, key, v3 } = merchant;
  return {
    origin: phoneUrl,
    account: {
      appid: app.appid,
      secret: app.secret,
      baseUrl: url,
      authorizeUrl: `${phoneUrl}/connect/oauth2/authorize`,
    },
    merchant: {
      appid: app.appid,
      mchid,
      baseUrl: url,
      // its time can be advanced, and the shop goes along
      now: clock.now,
      ...(api === 'v2' ? { v2: { key } } : { v3: v3 as V3Options }),
    },
    simulated: true,
  };
}
