import type { Context } from 'koa';
import { ACCOUNT_RULES, type Account, type AccountOptions, resolveAccount } from '../../client/account/account.js';
import type { OAuthScope } from '../../core/oauth/authorize.js';
import type { OAuthUser } from '../../core/oauth/token.js';
import { HOUR, SECOND } from '../../util/clock.js';
import { resolveHost } from '../../util/host.js';
import { randomNonce } from '../../util/nonce.js';
import {
  func,
  given,
  having,
  integer,
  matching,
  mustBe,
  oneOf,
  optional,
  type Rule,
  type Rules,
  readOptions,
  withDefault,
} from '../../util/options.js';
import { origins } from '../../util/origins.js';
import { origin } from '../origin.js';
import { isReturnTo } from './address.js';

/** The logged-in user, as the host's own session keeps it. */
export interface OAuthIdentity {
  /** The account that the openid belongs to: a user has another openid at every account. */
  appid: string;
  openid: string;
  /** With `scope: 'snsapi_userinfo'`; keep it, or the user is asked again on every page. */
  user?: OAuthUser;
}

/** The logged-in user as a session may return it. Without an `appid`, the openid belongs to the account of `wxOAuth`. */
export type KnownIdentity = Omit<OAuthIdentity, 'appid'> & { appid?: string };

/** Where a host keeps the identity instead of the middleware's own cookie. */
export interface OAuthSession {
  /** What `set` was given, or nothing. Without an `appid` it counts as this account's. */
  get(ctx: Context): Promise<KnownIdentity | null | undefined> | KnownIdentity | null | undefined;
  /** Must give the session a new id: another person may know an id that was in use before the login. */
  set(ctx: Context, identity: OAuthIdentity): Promise<unknown> | unknown;
}

/** Answers for a page that cannot go on: sets `ctx.body`, or redirects. `ctx.status` is 403 until it says otherwise. */
export type OAuthPage = (ctx: Context, page: { address: string }) => Promise<unknown> | unknown;

/** Options of `wxOAuth`: one official account, and where its pages are. All of them are checked at creation. */
export interface WxOAuthOptions extends AccountOptions {
  /**
   * Scheme and host that browsers see, such as `https://shop.example`, with the path prefix that a proxy removes, if any.
   */
  origin: string;
  /** @default 'snsapi_base' */
  scope?: OAuthScope;
  /** The cookie that remembers the user; `maxAge` in milliseconds, 12 hours by default. */
  cookie?: { name?: string; maxAge?: number; path?: string; domain?: string };
  /** The host's own session, instead of that cookie. */
  session?: OAuthSession;
  /** The user refused. @default a page with a link to try again */
  onDenied?: OAuthPage;
  /** The page was opened outside WeChat. @default a page that says to open it there */
  onOutsideWechat?: OAuthPage;
  /** WeChat shows the page as a snapshot, with a virtual openid. @default a page that says how to go on */
  onSnapshot?: OAuthPage;
  /**
   * Path of the page that a script is told to open for logging in; mount `wxOAuth` on it. With `?return_to=…` it leads back to that
   * page once the user is logged in.
   *
   * @default '/'
   */
  loginPage?: string;
  /**
   * Where the pages of front ends are that a login may lead back to, besides those of `origin`: scheme, host and port, such as
   * `['https://app.shop.example']`.
   */
  origins?: readonly string[];
  /** Whole address of the authorize page. @default WeChat's */
  authorizeUrl?: string;
  /** The clock, in milliseconds. @default Date.now */
  now?: () => number;
  /** Returns 32 random lower-case hex characters. @default from node:crypto */
  nonce?: () => string;
}

export interface ResolvedOAuth {
  account: Account;
  /** `origin` without a slash at the end: put before any path. */
  base: string;
  secure: boolean;
  scope: OAuthScope;
  cookie: { name: string; maxAge: number; path: string; domain: string | undefined };
  session: OAuthSession | undefined;
  onDenied: OAuthPage | undefined;
  onOutsideWechat: OAuthPage | undefined;
  onSnapshot: OAuthPage | undefined;
  loginPage: string;
  origins: readonly string[];
  authorizeUrl: string;
  now: () => number;
  nonce: () => string;
}

const AUTHORIZE_URL = 'https://open.weixin.qq.com/connect/oauth2/authorize';

const RULES = {
  ...ACCOUNT_RULES,
  origin,
  scope: withDefault(oneOf('snsapi_base', 'snsapi_userinfo'), 'snsapi_base'),
  cookie: given as Rule<WxOAuthOptions['cookie']>,
  session: optional(having<OAuthSession>(['get', 'set'], 'an object with get(ctx) and set(ctx, identity)')),
  onDenied: optional(func<OAuthPage>()),
  onOutsideWechat: optional(func<OAuthPage>()),
  onSnapshot: optional(func<OAuthPage>()),
  loginPage: given as Rule<string | undefined>,
  origins: withDefault(origins, []),
  authorizeUrl: given as Rule<string | undefined>,
  now: withDefault(func<() => number>(), Date.now),
  nonce: withDefault(func<() => string>(), randomNonce),
} satisfies Rules<WxOAuthOptions>;

const COOKIE_RULES = {
  name: optional(matching(/^[\w.-]{1,64}$/, '1 to 64 letters, digits, "_", "-" or "."')),
  maxAge: withDefault(integer({ least: SECOND, unit: 'milliseconds' }), 12 * HOUR),
  path: withDefault(matching(/^\/[\x21-\x3a\x3c-\x7e]*$/, 'a path that begins with "/"'), '/'),
  domain: optional(matching(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i, 'a host name such as shop.example')),
} satisfies Rules<NonNullable<WxOAuthOptions['cookie']>>;

/** @throws {TypeError} naming the option that is wrong and what would be right */
export function resolveOAuth(options: WxOAuthOptions): ResolvedOAuth {
  const read = readOptions('wxOAuth', options, RULES);
  const { origin: base, scope, session, onDenied, onOutsideWechat, onSnapshot, now, nonce } = read;
  const { cookie = {}, loginPage = '/', authorizeUrl = AUTHORIZE_URL } = read;
  if (session && read.cookie) throw new TypeError('"cookie" and "session" exclude each other: give one');
  if (!isReturnTo(loginPage, base)) throw mustBe('loginPage', 'a path below "origin", such as /login');
  const secure = base.startsWith('https:');
  return Object.freeze({
    account: resolveAccount(read),
    base,
    secure,
    scope,
    cookie: resolveCookie(read.appid, cookie, secure),
    session,
    onDenied,
    onOutsideWechat,
    onSnapshot,
    loginPage: base + loginPage,
    origins: [new URL(base).origin, ...read.origins],
    authorizeUrl: resolveAuthorizeUrl(authorizeUrl, read.allowHttp),
    now,
    nonce,
  });
}

function resolveAuthorizeUrl(value: unknown, allowHttp?: boolean): string {
  const url = resolveHost('authorizeUrl', value, allowHttp);
  if (new URL(url).pathname === '/') {
    throw new TypeError(
      '"authorizeUrl" must be the whole address of the page, such as https://…/connect/oauth2/authorize',
    );
  }
  return url;
}

function resolveCookie(appid: string, options: object, secure: boolean): ResolvedOAuth['cookie'] {
  const { name, maxAge, path, domain } = readOptions('"cookie"', options, COOKIE_RULES, 'cookie.');
  // Browsers take a cookie named __Host-… from this very host only: no other subdomain can set one.
  const host = secure && path === '/' && domain === undefined ? '__Host-' : '';
  return { name: name ?? `${host}wxpay_${appid}`, maxAge, path, domain };
}
