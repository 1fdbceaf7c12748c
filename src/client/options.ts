import type { Dispatcher } from 'undici';
import { APPID } from '../core/ids.js';
import { checkNames, type Names } from '../core/names.js';
import { randomNonce } from '../util/nonce.js';
import type { Hosts } from './http.js';
import { resolveV2, type V2Options } from './merchant/v2/options.js';
import { resolveV3, type V3Options } from './merchant/v3/options.js';

/** One merchant. Everything is checked at creation. */
export interface WxpayOptions {
  /** The official account (or mini program) that takes the payment, bound to `mchid`. */
  appid: string;
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
  /** Service-provider mode. */
  partner?: { sub_mchid: string; sub_appid?: string };
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
export interface Common {
  appid: string;
  mchid: string;
  sub_appid: string | undefined;
  sub_mchid: string | undefined;
  notifyUrl: string;
  refundNotifyUrl: string;
  hosts: Hosts;
  timeout: number;
  dispatcher: Dispatcher | undefined;
  now: () => number;
  nonce: () => string;
}

const NAMES: Names<WxpayOptions> = {
  appid: true,
  mchid: true,
  notifyUrl: true,
  refundNotifyUrl: true,
  v3: true,
  v2: true,
  partner: true,
  baseUrl: true,
  backupUrl: true,
  allowHttp: true,
  timeout: true,
  dispatcher: true,
  now: true,
  nonce: true,
};
const PARTNER_NAMES: Names<NonNullable<WxpayOptions['partner']>> = { sub_mchid: true, sub_appid: true };

/** @throws TypeError naming the option that is wrong and what would be right */
export function resolveOptions(options: WxpayOptions) {
  if (typeof options !== 'object' || options === null) throw new TypeError('createWxpay takes an options object');
  checkNames('createWxpay', options, NAMES);
  const { appid, mchid, partner, timeout = 10_000, dispatcher, now = Date.now, nonce = randomNonce, v2, v3 } = options;
  checkId('appid', appid);
  checkMchid('mchid', mchid);
  if (partner) {
    checkNames('"partner"', partner, PARTNER_NAMES);
    checkMchid('partner.sub_mchid', partner.sub_mchid);
  }
  if (partner?.sub_appid !== undefined) checkId('partner.sub_appid', partner.sub_appid);
  if (!(Number.isInteger(timeout) && timeout > 0 && timeout <= 10_000)) {
    throw new TypeError('"timeout" must be milliseconds, 1 to 10000');
  }
  if (!v2 && !v3) throw new TypeError('"v3" or "v2" must be given: the credentials of an API version');
  const hosts = resolveHosts(options);
  const plainNotify = hosts.baseUrl.startsWith('http:') || isLoopback(new URL(hosts.baseUrl));
  const notifyUrl = checkNotifyUrl('notifyUrl', options.notifyUrl, plainNotify);
  const refundNotifyUrl = checkNotifyUrl('refundNotifyUrl', options.refundNotifyUrl ?? notifyUrl, plainNotify);
  const common: Common = {
    appid,
    mchid,
    sub_appid: partner?.sub_appid,
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

function resolveHosts({ baseUrl, backupUrl, allowHttp }: WxpayOptions): Hosts {
  if (baseUrl === undefined) {
    if (backupUrl !== undefined) throw new TypeError('"backupUrl" goes with "baseUrl": give both or neither');
    return { baseUrl: 'https://api.mch.weixin.qq.com', backupUrl: 'https://api2.mch.weixin.qq.com' };
  }
  return {
    baseUrl: checkHost('baseUrl', baseUrl, allowHttp),
    backupUrl: backupUrl === undefined ? undefined : checkHost('backupUrl', backupUrl, allowHttp),
  };
}

function checkHost(option: string, value: string, allowHttp = false): string {
  const url = parseUrl(option, value);
  if (url.search || url.hash || url.username || url.password)
    throw new TypeError(`"${option}" must be an address without query, fragment or user`);
  if (url.protocol === 'http:' && !isLoopback(url)) {
    if (process.env.NODE_ENV === 'production') throw new TypeError(`"${option}" must be https in production`);
    if (!allowHttp) throw new TypeError(`"${option}" must be https; towards a simulator elsewhere set allowHttp: true`);
  }
  return url.href.replace(/\/$/, '');
}

function checkNotifyUrl(option: string, value: string, plainAllowed: boolean): string {
  const url = parseUrl(option, value);
  if (url.search || value.includes('?')) throw new TypeError(`"${option}" must have no query: WeChat Pay drops it`);
  if (url.hash || url.username || url.password) throw new TypeError(`"${option}" must have neither fragment nor user`);
  if (url.protocol !== 'https:' && !plainAllowed) {
    throw new TypeError(`"${option}" must be https (http is for a simulator: "baseUrl" on a loopback address)`);
  }
  if (value.length > 255) throw new TypeError(`"${option}" must be at most 255 characters`);
  return value;
}

function parseUrl(option: string, value: unknown): URL {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new TypeError(`"${option}" must be an absolute https address such as https://shop.example/wxpay/notify`);
  }
  return url;
}

const isLoopback = ({ hostname }: URL): boolean => /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);

function checkMchid(option: string, value: unknown): void {
  if (typeof value !== 'string' || !/^\d{8,10}$/.test(value)) {
    throw new TypeError(`"${option}" must be the merchant number, a string of 8 to 10 digits`);
  }
}

function checkId(option: string, value: unknown): void {
  if (typeof value !== 'string' || !APPID.test(value)) {
    throw new TypeError(`"${option}" must be an appid such as wx0123456789abcdef`);
  }
}
