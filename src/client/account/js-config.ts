import { type JsConfig, signJsConfig } from '../../core/account/js-config.js';
import type { TokenCache } from '../../core/account/token-cache.js';
import { WxpayError } from '../../core/errors.js';
import { toUnixSeconds } from '../../util/clock.js';
import { randomNonce } from '../../util/nonce.js';
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
} from '../../util/options.js';
import { isPageOn, origins } from '../../util/origins.js';
import { ACCOUNT_RULES, type AccountOptions, resolveAccount } from './account.js';
import { createTicketSource } from './js-sdk.js';
import { memoryTokenCache } from './memory-token-cache.js';

/** What signing pages for the JS-SDK needs, wherever the address of the page comes from. */
export interface SigningOptions extends AccountOptions {
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

/** Options of `createJsConfig`. All of them are checked at creation. */
export interface JsConfigOptions extends SigningOptions {
  /** Where the pages are that may be signed, such as `['https://shop.example']`: scheme, host and port, without a path. */
  origins: readonly string[];
}

const jsApiList: Rule<readonly string[]> = (given, name) => {
  if (Array.isArray(given) && given.every((one) => /^\w+$/.test(one))) return [...given];
  throw mustBe(name, "a list of names such as 'chooseWXPay'");
};

/** The rules of {@link SigningOptions}, for the options of what signs pages. */
export const SIGNING_RULES = {
  ...ACCOUNT_RULES,
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
} satisfies Rules<SigningOptions>;

/**
 * Signs pages for the JS-SDK, for hosts that do not use the middleware `wxJsConfig`. The function it returns resolves to the
 * parameters of `wx.config` for one page.
 *
 * @returns takes the address of the page, as `location.href` has it: what follows `#` is cut off
 * @throws {TypeError} at creation, naming the option that is wrong
 * @throws {WxpayError} per page: `ERR_WXPAY_BAD_REQUEST` (400) for a page that is not on one of the `origins`,
 * `ERR_WXPAY_BAD_ANSWER` (502), `ERR_WXPAY_STORE_FAILED` (503)
 * @throws {ApiError} WeChat refuses the access token or the ticket (502)
 * @throws {TransportError} `ERR_WXPAY_TRANSPORT` (502)
 * @see https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/JS-SDK.html
 * @example
 * const jsConfig = createJsConfig({ appid, secret, origins: ['https://shop.example'] });
 * const config = await jsConfig('https://shop.example/orders/17');
 */
export function createJsConfig(options: JsConfigOptions): (url: string) => Promise<JsConfig> {
  const read = readOptions('createJsConfig', options, { ...SIGNING_RULES, origins } satisfies Rules<JsConfigOptions>);
  const account = resolveAccount(read);
  const ticket = createTicketSource(account, read.cache ?? memoryTokenCache(read.now));
  return async (address) => {
    const url = checkPage(address, read.origins);
    const jsapi_ticket = await ticket();
    const [noncestr, timestamp] = [read.nonce(), toUnixSeconds(read.now())];
    const signature = signJsConfig({ jsapi_ticket, noncestr, timestamp, url });
    const { debug, jsApiList } = read;
    return { debug, appId: account.appid, timestamp, nonceStr: noncestr, signature, jsApiList: [...jsApiList] };
  };
}

/** The address of a page, byte for byte but for its fragment: WeChat compares it with the one the page was opened at. */
function checkPage(address: unknown, origins: readonly string[]): string {
  const url = typeof address === 'string' ? address.split('#', 1)[0] : undefined;
  if (isPageOn(origins, url)) return url;
  const reason = `the page is not on one of the origins that are signed: ${origins.join(', ')}`;
  throw new WxpayError('ERR_WXPAY_BAD_REQUEST', reason, { status: 400 });
}
