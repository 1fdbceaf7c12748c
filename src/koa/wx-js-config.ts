import type { Middleware } from 'koa';
import { ACCOUNT_NAMES, type AccountOptions, resolveAccount } from '../client/account/account.js';
import { createTicketSource } from '../client/account/js-sdk.js';
import { memoryTokenCache, type TokenCache } from '../client/account/token-cache.js';
import { signJsConfig } from '../core/account/js-config.js';
import { WxpayError } from '../core/errors.js';
import { checkNames, type Names } from '../core/names.js';
import { toUnixSeconds } from '../util/clock.js';
import { randomNonce } from '../util/nonce.js';
import { resolveOrigin } from './oauth/options.js';
import type { JsConfigState } from './state.js';

export type { TokenCache } from '../client/account/token-cache.js';
export type { JsConfig } from '../core/account/js-config.js';
export type { JsConfigState } from './state.js';

export interface WxJsConfigOptions extends AccountOptions {
  /** Scheme and host browsers see, with the path prefix a proxy in front takes away: `https://shop.example`. */
  origin: string;
  /** @default ['chooseWXPay'] */
  jsApiList?: readonly string[];
  /** Share one between all processes of a shop: `redisTokenCache` of `koa-wxpay/redis`. @default the memory of this process */
  cache?: TokenCache;
  /** Lets the JS-SDK show each result in the page. @default false */
  debug?: boolean;
  /** The clock, in milliseconds. @default Date.now */
  now?: () => number;
  /** A fresh string of 16 to 32 of `0-9 A-Z a-z`. */
  nonce?: () => string;
}

/**
 * Guarantees that whatever runs after it has the parameters of `wx.config` for this very page on
 * `ctx.state.wxpay.jsConfig`, signed for the address the browser shows. A single-page application signs the page it was
 * opened at, not the address of an XHR.
 *
 * @throws TypeError at creation, naming the option that is wrong
 * @throws ApiError, TransportError, WxpayError `ERR_WXPAY_BAD_ANSWER` (all 502), `ERR_WXPAY_STORE_FAILED` (503),
 * `ERR_WXPAY_BAD_REQUEST` (400) for a request target that is not a path
 * @see https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/JS-SDK.html
 * @example
 * router.get('/orders/:id', wxJsConfig({ appid, secret, origin: 'https://shop.example' }), (ctx) => {
 *   ctx.body = { config: ctx.state.wxpay.jsConfig };
 * });
 */
export function wxJsConfig(options: WxJsConfigOptions): Middleware<JsConfigState> {
  const { account, base, jsApiList, cache, debug, now, nonce } = resolveJsConfig(options);
  const ticket = createTicketSource(account, cache);
  return async function wxJsConfig(ctx, next) {
    if (!ctx.originalUrl.startsWith('/')) {
      throw new WxpayError('ERR_WXPAY_BAD_REQUEST', 'the request target is not a path', { status: 400 });
    }
    const jsapi_ticket = await ticket();
    const [noncestr, timestamp, url] = [nonce(), toUnixSeconds(now()), base + ctx.originalUrl];
    const signature = signJsConfig({ jsapi_ticket, noncestr, timestamp, url });
    const jsConfig = {
      debug,
      appId: account.appid,
      timestamp,
      nonceStr: noncestr,
      signature,
      jsApiList: [...jsApiList],
    };
    ctx.state.wxpay = { ...ctx.state.wxpay, jsConfig };
    return next();
  };
}

const NAMES: Names<WxJsConfigOptions> = {
  ...ACCOUNT_NAMES,
  origin: true,
  jsApiList: true,
  cache: true,
  debug: true,
  now: true,
  nonce: true,
};

function resolveJsConfig(options: WxJsConfigOptions) {
  if (typeof options !== 'object' || options === null) throw new TypeError('wxJsConfig takes an options object');
  checkNames('wxJsConfig', options, NAMES);
  const { jsApiList = ['chooseWXPay'], debug = false, now = Date.now, nonce = randomNonce } = options;
  const account = resolveAccount(options);
  const base = resolveOrigin(options.origin);
  if (!Array.isArray(jsApiList) || !jsApiList.every((name) => /^\w+$/.test(name))) {
    throw new TypeError('"jsApiList" must be a list of names such as \'chooseWXPay\'');
  }
  if (typeof debug !== 'boolean') throw new TypeError('"debug" must be true or false');
  for (const [name, seam] of Object.entries({ now, nonce })) {
    if (typeof seam !== 'function') throw new TypeError(`"${name}" must be a function`);
  }
  const cache = options.cache ?? memoryTokenCache(now);
  for (const method of ['get', 'set', 'claim', 'release'] as const) {
    if (typeof cache[method] !== 'function') {
      throw new TypeError('"cache" must have get, set, claim and release, as redisTokenCache(client) has');
    }
  }
  return { account, base, jsApiList: [...jsApiList], cache, debug, now, nonce };
}
