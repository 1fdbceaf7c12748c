import type { Context, Middleware } from 'koa';
import { createJsConfig, SIGNING_RULES, type SigningOptions } from '../client/account/js-config.js';
import { WxpayError } from '../core/errors.js';
import { func, optional, type Rules, readOptions } from '../util/options.js';
import { origins } from '../util/origins.js';
import { emit } from './emit.js';
import { origin } from './origin.js';
import type { JsConfigState } from './state.js';

export type { JsConfig } from '../core/account/js-config.js';
export type { TokenCache } from '../core/account/token-cache.js';
export type { JsConfigState } from './state.js';

/** Options of `wxJsConfig`. All of them are checked at creation. */
export interface WxJsConfigOptions extends SigningOptions {
  /**
   * Scheme and host that browsers see, such as `https://shop.example`, with the path prefix that a proxy removes, if any.
   */
  origin: string;
  /**
   * The page that asks, where it is another one than the address of this request: a single-page application sends its
   * `location.href`. Whatever it returns is signed only if it is on one of the `origins`.
   *
   * @default the address of this request
   */
  url?(ctx: Context): Promise<unknown> | unknown;
  /** Where the pages are that `url` may name: scheme, host and port. @default the one of `origin` */
  origins?: readonly string[];
}

/**
 * Guarantees that what runs after it has the parameters of `wx.config` for the page that asks on `ctx.state.wxpay.jsConfig`: for
 * the address of this request, as the browser shows it, or for the one that `url` returns. An address that is not on one of the
 * `origins` is answered 400 `{ error: 'page_not_allowed' }`, and the reason is emitted as `error` on the app.
 *
 * In a single-page application, shops report, iOS compares the signature with the address that the application was opened at and
 * Android with the present one. An application that changes only the fragment needs no second signature: it is never signed.
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
 * @example
 * const page = wxJsConfig({ appid, secret, origin: 'https://shop.example', url: (ctx) => ctx.query.url });
 */
export function wxJsConfig(options: WxJsConfigOptions): Middleware<JsConfigState> {
  const { origin: base, url, origins: others, ...signing } = readOptions('wxJsConfig', options, RULES);
  const sign = createJsConfig({ ...signing, origins: [new URL(base).origin, ...(others ?? [])] });
  return async function wxJsConfig(ctx, next) {
    const page = url ? await url(ctx) : ownAddress(base, ctx.originalUrl);
    try {
      const jsConfig = await sign(page as string);
      ctx.state.wxpay = { ...ctx.state.wxpay, jsConfig };
    } catch (error) {
      if (!(error instanceof WxpayError) || error.code !== 'ERR_WXPAY_BAD_REQUEST') throw error;
      ctx.status = 400;
      ctx.body = { error: 'page_not_allowed' };
      return emit(ctx as unknown as Context, error);
    }
    return next();
  };
}

const RULES = {
  ...SIGNING_RULES,
  origin,
  url: optional(func<NonNullable<WxJsConfigOptions['url']>>('(ctx) => string')),
  origins: optional(origins),
} satisfies Rules<WxJsConfigOptions>;

/** A request target that is no path, which only proxies and scanners send, names no page of ours. */
const ownAddress = (base: string, target: string): string | undefined =>
  target.startsWith('/') ? base + target : undefined;
