import type { Middleware } from 'koa';
import { ACCOUNT_RULES, type AccountOptions, resolveAccount } from '../client/account/account.js';
import { createTicketSource } from '../client/account/js-sdk.js';
import { memoryTokenCache } from '../client/account/memory-token-cache.js';
import { signJsConfig } from '../core/account/js-config.js';
import type { TokenCache } from '../core/account/token-cache.js';
import { WxpayError } from '../core/errors.js';
import { toUnixSeconds } from '../util/clock.js';
import { randomNonce } from '../util/nonce.js';
import {
  boolean,
  func,
  having,
  mustBe,
  optional,
  type Rule,
  type Rules,
  readOptions,
  withDefault,
} from '../util/options.js';
import { origin } from './origin.js';
import type { JsConfigState } from './state.js';

export type { JsConfig } from '../core/account/js-config.js';
export type { TokenCache } from '../core/account/token-cache.js';
export type { JsConfigState } from './state.js';

export interface WxJsConfigOptions extends AccountOptions {
  /**
   * Scheme and host that browsers see, such as `https://shop.example`, with the path prefix that a proxy removes, if any.
   */
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
 * Guarantees that what runs after it has the parameters of `wx.config` for this page on `ctx.state.wxpay.jsConfig`, signed for
 * the address that the browser shows. A single-page application signs the page it was
 * opened at, not the address of an XHR.
 *
 * @throws {TypeError} at creation, naming the option that is wrong
 * @throws {ApiError} WeChat refuses the access token or the ticket (502)
 * @throws {TransportError} `ERR_WXPAY_TRANSPORT` (502)
 * @throws {WxpayError} `ERR_WXPAY_BAD_ANSWER` (502), `ERR_WXPAY_STORE_FAILED` (503), `ERR_WXPAY_BAD_REQUEST` (400) for a request
 * target that is not a path
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

const jsApiList: Rule<readonly string[]> = (given, name) => {
  if (Array.isArray(given) && given.every((one) => /^\w+$/.test(one))) return [...given];
  throw mustBe(name, "a list of names such as 'chooseWXPay'");
};

const RULES = {
  ...ACCOUNT_RULES,
  origin,
  jsApiList: withDefault(jsApiList, ['chooseWXPay']),
  cache: optional(
    having<TokenCache>(
      ['get', 'set', 'claim', 'release'],
      'an object with get, set, claim and release, as redisTokenCache(client) has',
    ),
  ),
  debug: withDefault(boolean, false),
  now: withDefault(func<() => number>(), Date.now),
  nonce: withDefault(func<() => string>(), randomNonce),
} satisfies Rules<WxJsConfigOptions>;

function resolveJsConfig(options: WxJsConfigOptions) {
  const read = readOptions('wxJsConfig', options, RULES);
  return {
    ...read,
    account: resolveAccount(read),
    base: read.origin,
    cache: read.cache ?? memoryTokenCache(read.now),
  };
}
