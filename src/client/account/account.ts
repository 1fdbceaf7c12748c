import { TransportError, WxpayError } from '../../core/errors.js';
import { APPID } from '../../core/ids.js';
import { resolveHost } from '../../util/host.js';
import {
  boolean,
  given,
  having,
  matching,
  optional,
  type Read,
  type Rule,
  type Rules,
  withDefault,
} from '../../util/options.js';
import type { Dispatcher } from '../http.js';
import { type Answer, exchangeWithBackup, type Hosts } from '../http.js';

/** An official account or a mini program: what its logins, and the JS-SDK of an official account, need. */
export interface AccountOptions {
  /** Its AppID. */
  appid: string;
  /** Its AppSecret. */
  secret: string;
  /** The one host asked. @default WeChat's, with its second host behind it */
  baseUrl?: string;
  /** Plain http towards a `baseUrl` that is not loopback (a simulator in another container). Refused in production. */
  allowHttp?: boolean;
  /** undici dispatcher for proxies and tests. */
  dispatcher?: Dispatcher;
}

/** The options of an account, for the options of what uses one. */
export const ACCOUNT_RULES = {
  appid: matching(APPID, 'an AppID such as wx0123456789abcdef'),
  secret: matching(/^[\x21-\x7e]{1,256}$/, 'the AppSecret of the account, text without blanks'),
  baseUrl: given as Rule<string | undefined>,
  allowHttp: withDefault(boolean, false),
  dispatcher: optional(having<Dispatcher>(['dispatch'], 'an undici dispatcher')),
} satisfies Rules<AccountOptions>;

export interface Account {
  appid: string;
  secret: string;
  hosts: Hosts;
  dispatcher: Dispatcher | undefined;
}

/** @throws {TypeError} naming "baseUrl" and what would be right */
export function resolveAccount({ appid, secret, baseUrl, allowHttp, dispatcher }: Read<typeof ACCOUNT_RULES>): Account {
  const hosts =
    baseUrl === undefined
      ? { baseUrl: 'https://api.weixin.qq.com', backupUrl: 'https://api2.weixin.qq.com' }
      : { baseUrl: resolveHost('baseUrl', baseUrl, allowHttp) };
  return { appid, secret, hosts, dispatcher };
}

/** Milliseconds a call may take, and its repetition with it. */
export const TIMEOUT = 5_000;

interface Call<Result> {
  operation: string;
  path: string;
  query?: Record<string, string>;
  /** Sent as JSON by POST. */
  json?: object;
  /** Reads the body of an answer, and throws what its `errcode` means. */
  read(body: Buffer): Result;
}

/**
 * One call to `api.weixin.qq.com`: `timeout` milliseconds in all, 64 KiB at most, no redirects.
 *
 * @throws {TransportError}
 * @throws {WxpayError} `ERR_WXPAY_BAD_ANSWER` for any status but 200: refusals come as 200 with an `errcode`
 */
export async function callAccount<Result>(
  { hosts, dispatcher }: Account,
  { operation, path, query, json, read }: Call<Result>,
  timeout = TIMEOUT,
): Promise<Result> {
  const request = {
    method: json ? ('POST' as const) : ('GET' as const),
    ...(json && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
    timeout,
    limit: 65_536,
    dispatcher,
    operation,
  };
  const address = query ? `${path}?${new URLSearchParams(query)}` : path;
  return exchangeWithBackup(hosts, address, request, (answer) => read(bodyOf(operation, answer)));
}

function bodyOf(operation: string, answer: Answer): Buffer {
  if (answer.status >= 500) throw new TransportError(`${operation}: answered with status ${answer.status}`);
  if (answer.status !== 200) {
    throw new WxpayError('ERR_WXPAY_BAD_ANSWER', `${operation}: answered with status ${answer.status}`, {
      status: 502,
    });
  }
  return answer.body;
}
