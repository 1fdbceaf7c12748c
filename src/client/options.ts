import type { Accounts } from '../core/accounts.js';
import { APPID } from '../core/ids.js';
import { isLoopback, resolveHost } from '../util/host.js';
import { randomNonce } from '../util/nonce.js';
import {
  boolean,
  func,
  given,
  having,
  integer,
  matching,
  mustBe,
  nested,
  optional,
  type Rule,
  type Rules,
  readOptions,
  withDefault,
} from '../util/options.js';
import type { Dispatcher, Hosts } from './http.js';
import { resolveV2, type V2Options } from './merchant/v2/options.js';
import { resolveV3, type V3Options } from './merchant/v3/options.js';

/** The options of one merchant. All of them are checked at creation. */
export interface WxpayOptions {
  /**
   * The official account, mini program or app that takes the payment, bound to `mchid`; or several that are. An order chooses one
   * with its `appid`, and the first one is the default. Notifications of all of them are read.
   */
  appid: string | readonly string[];
  /** The merchant number, digits only. In partner mode the service provider's. */
  mchid: string;
  /** Where WeChat Pay reports payments: https, without a query. */
  notifyUrl: string;
  /** Where it reports refunds. @default `notifyUrl` */
  refundNotifyUrl?: string;
  /** Credentials of API v3. With both, requests go out through v3, and notifications of both kinds are read. */
  v3?: V3Options;
  /** Credentials of API v2. */
  v2?: V2Options;
  /** Service-provider mode. `sub_appid` may be several, as `appid` may. */
  partner?: { sub_mchid: string; sub_appid?: string | readonly string[] };
  /** The one host asked. @default WeChat's, with its second host as `backupUrl` */
  baseUrl?: string;
  /** Asked when no connection to `baseUrl` can be made. */
  backupUrl?: string;
  /** Plain http towards a `baseUrl` that is not loopback (a simulator in another container). Refused in production. */
  allowHttp?: boolean;
  /** Milliseconds for one call, at most 10 000. @default 10 000 */
  timeout?: number;
  /** undici dispatcher for proxies and tests. */
  dispatcher?: Dispatcher;
  /** The clock, in milliseconds. @default Date.now */
  now?: () => number;
  /** A fresh string of 16 to 32 of `0-9 A-Z a-z`. */
  nonce?: () => string;
}

/** What both API versions take from the options. */
export interface Common extends Accounts {
  mchid: string;
  sub_mchid: string | undefined;
  notifyUrl: string;
  refundNotifyUrl: string;
  hosts: Hosts;
  timeout: number;
  dispatcher: Dispatcher | undefined;
  now: () => number;
  nonce: () => string;
}

const ADDRESS = 'an absolute https address such as https://shop.example/wxpay/notify';

/**
 * The rule of an address that WeChat Pay reports to. Whether it may be plain http depends on the
 * host that is called.
 */
const notifyAddress: Rule<string> = (given, name) => {
  const url = typeof given === 'string' && URL.canParse(given) ? new URL(given) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw mustBe(name, ADDRESS);
  const address = given as string;
  if (address.includes('?')) throw new TypeError(`"${name}" must have no query: WeChat Pay drops it`);
  if (url.hash || url.username || url.password) throw new TypeError(`"${name}" must have neither fragment nor user`);
  if (address.length > 255) throw mustBe(name, 'at most 255 characters');
  return address;
};

const appid = matching(APPID, 'an appid such as wx0123456789abcdef');

/** One account, or several: the first one is the default. */
const accounts: Rule<readonly [string, ...string[]]> = (given, name) => {
  const several = Array.isArray(given) ? given.map((one) => appid(one, name)) : [appid(given, name)];
  if (several.length === 0) throw mustBe(name, 'an appid, or a list of at least one');
  if (new Set(several).size < several.length) throw mustBe(name, 'a list that names each appid once');
  return several as [string, ...string[]];
};

const mchid = matching(/^\d{8,10}$/, 'the merchant number, a string of 8 to 10 digits');

const PARTNER_RULES = {
  sub_mchid: mchid,
  sub_appid: optional(accounts),
} satisfies Rules<NonNullable<WxpayOptions['partner']>>;

const RULES = {
  appid: accounts,
  mchid,
  notifyUrl: notifyAddress,
  refundNotifyUrl: optional(notifyAddress),
  v3: given as Rule<V3Options | undefined>,
  v2: given as Rule<V2Options | undefined>,
  partner: optional(nested(PARTNER_RULES)),
  baseUrl: given as Rule<string | undefined>,
  backupUrl: given as Rule<string | undefined>,
  allowHttp: withDefault(boolean, false),
  timeout: withDefault(integer({ least: 1, most: 10_000, unit: 'milliseconds' }), 10_000),
  dispatcher: optional(having<Dispatcher>(['dispatch'], 'an undici dispatcher')),
  now: withDefault(func<() => number>(), Date.now),
  nonce: withDefault(func<() => string>(), randomNonce),
} satisfies Rules<WxpayOptions>;

/** @throws {TypeError} naming the option that is wrong and what would be right */
export function resolveOptions(options: WxpayOptions) {
  const read = readOptions('createWxpay', options, RULES);
  const { appid, mchid, partner, notifyUrl, refundNotifyUrl = notifyUrl, v2, v3 } = read;
  const { timeout, dispatcher, now, nonce } = read;
  if (!v2 && !v3) throw new TypeError('"v3" or "v2" must be given: the credentials of an API version');
  const hosts = resolveHosts(read);
  if (!isLoopback(new URL(hosts.baseUrl)) && hosts.baseUrl.startsWith('https:')) {
    checkHttps({ notifyUrl, refundNotifyUrl });
  }
  const common: Common = {
    appid: appid[0],
    appids: appid,
    mchid,
    sub_appid: partner?.sub_appid?.[0],
    sub_appids: partner?.sub_appid ?? [],
    sub_mchid: partner?.sub_mchid,
    notifyUrl,
    refundNotifyUrl,
    hosts,
    timeout,
    dispatcher,
    now,
    nonce,
  };
  return { common, v2: v2 && resolveV2(v2, mchid), v3: v3 && resolveV3(v3, mchid) };
}

function resolveHosts({
  baseUrl,
  backupUrl,
  allowHttp,
}: Pick<WxpayOptions, 'baseUrl' | 'backupUrl' | 'allowHttp'>): Hosts {
  if (baseUrl === undefined) {
    if (backupUrl !== undefined) throw new TypeError('"backupUrl" goes with "baseUrl": give both or neither');
    return { baseUrl: 'https://api.mch.weixin.qq.com', backupUrl: 'https://api2.mch.weixin.qq.com' };
  }
  return {
    baseUrl: resolveHost('baseUrl', baseUrl, allowHttp),
    backupUrl: backupUrl === undefined ? undefined : resolveHost('backupUrl', backupUrl, allowHttp),
  };
}

function checkHttps(addresses: Readonly<Record<string, string>>): void {
  for (const [name, address] of Object.entries(addresses)) {
    if (new URL(address).protocol === 'https:') continue;
    throw mustBe(name, 'https (http is for a simulator: "baseUrl" on a loopback address)');
  }
}
