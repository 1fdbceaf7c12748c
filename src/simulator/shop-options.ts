import type { App } from './accounts/app.js';
import type { Merchant, V3Credentials } from './accounts/merchant.js';
import type { SimulatorState } from './state.js';

/** What a shop gives to the library to live in a simulator instead of WeChat. */
export interface ShopOptions {
  /**
   * For `createWxpay`, beside `notifyUrl`. With both API versions in it orders are placed over v3,
   * and notifications of either are read; `v3: undefined` behind it leaves API v2.
   */
  readonly wxpay: {
    appid: string;
    mchid: string;
    baseUrl: string;
    now: () => number;
    v2: { key: string };
    v3: V3Credentials;
  };
  /** For `wxOAuth`. `origin` is the address of the phone, behind which the shop is. */
  readonly oauth: {
    appid: string;
    secret: string;
    origin: string;
    baseUrl: string;
    authorizeUrl: string;
    now: () => number;
  };
  /** For `wxJsConfig`. */
  readonly jsConfig: { appid: string; secret: string; origin: string; baseUrl: string };
}

export function shopOptions(
  { urls, clock }: SimulatorState,
  app: App,
  merchant: Merchant,
): ShopOptions {
  const { appid, secret } = app;
  const [baseUrl, origin] = [urls.primary, urls.phone ?? ''];
  return {
    get wxpay() {
      const { mchid, key, v3 } = merchant;
      return { appid, mchid, baseUrl, now: clock.now, v2: { key }, v3 };
    },
    oauth: {
      ...{ appid, secret, origin, baseUrl, now: clock.now },
      authorizeUrl: `${origin}/connect/oauth2/authorize`,
    },
    jsConfig: { appid, secret, origin, baseUrl },
  };
}
