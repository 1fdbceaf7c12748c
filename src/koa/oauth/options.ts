import type { Context } from 'koa';
import {
  ACCOUNT_NAMES,
  type Account,
  type AccountOptions,
  resolveAccount,
  resolveHost,
} from '../../client/account/account.js';
import { checkNames, type Names } from '../../core/names.js';
import type { OAuthScope } from '../../core/oauth/authorize.js';
import type { OAuthUser } from '../../core/oauth/token.js';
import { HOUR, SECOND } from '../../util/clock.js';
import { randomNonce } from '../../util/nonce.js';
import { isReturnTo } from './address.js';

/** Who is logged in, as a host's own session keeps it. */
export interface OAuthIdentity {
  /** The account that knows the user by this openid: the same user has another one elsewhere. */
  appid: string;
  openid: string;
  /** With `scope: 'snsapi_userinfo'`; keep it, or the user is asked again on every page. */
  user?: OAuthUser;
}

type KnownIdentity = Omit<OAuthIdentity, 'appid'> & { appid?: string };

/** Where a host keeps the identity instead of the middleware's own cookie. */
export interface OAuthSession {
  /** What `set` was given, or nothing. Without an `appid` it counts as this account's. */
  get(ctx: Context): Promise<KnownIdentity | null | undefined> | KnownIdentity | null | undefined;
  /** Must give the session a new id: an id known before the login may be known to somebody else. */
  set(ctx: Context, identity: OAuthIdentity): Promise<unknown> | unknown;
}

/** Answers for a page that cannot go on: sets `ctx.body`, or redirects. `ctx.status` is 403 until it says otherwise. */
export type OAuthPage = (ctx: Context, page: { address: string }) => Promise<unknown> | unknown;

/** One official account, and where its pages are. Everything is checked at creation. */
export interface WxOAuthOptions extends AccountOptions {
  /** Scheme and host browsers see, with the path prefix a proxy in front takes away: `https://shop.example`. */
  origin: string;
  /** @default 'snsapi_base' */
  scope?: OAuthScope;
  /** The cookie that remembers the user; `maxAge` in milliseconds, 12 hours by default. */
  cookie?: { name?: string; maxAge?: number; path?: string; domain?: string };
  /** A session of the host's instead of that cookie. */
  session?: OAuthSession;
  /** The user said no. @default a page with a link to try again */
  onDenied?: OAuthPage;
  /** The page was opened outside WeChat. @default a page that says to open it there */
  onOutsideWechat?: OAuthPage;
  /** A snapshot page: whoever looks at it is nobody yet. @default a page that says how to go on */
  onSnapshot?: OAuthPage;
  /** Path of the page an XHR is told to open for logging in. @default '/' */
  loginPage?: string;
  /** Whole address of the authorize page. @default WeChat's */
  authorizeUrl?: string;
  /** The clock, in milliseconds. @default Date.now */
  now?: () => number;
  /** 32 fresh lower-case hex characters. */
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
  authorizeUrl: string;
  now: () => number;
  nonce: () => string;
}

const AUTHORIZE_URL = 'https://open.weixin.qq.com/connect/oauth2/authorize';

const NAMES: Names<WxOAuthOptions> = {
  ...ACCOUNT_NAMES,
  origin: true,
  scope: true,
  cookie: true,
  session: true,
  onDenied: true,
  onOutsideWechat: true,
  onSnapshot: true,
  loginPage: true,
  authorizeUrl: true,
  now: true,
  nonce: true,
};
const COOKIE_NAMES: Names<NonNullable<WxOAuthOptions['cookie']>> = {
  name: true,
  maxAge: true,
  path: true,
  domain: true,
};

/** @throws TypeError naming the option that is wrong and what would be right */
export function resolveOAuth(options: WxOAuthOptions): ResolvedOAuth {
  if (typeof options !== 'object' || options === null) throw new TypeError('wxOAuth takes an options object');
  checkNames('wxOAuth', options, NAMES);
  const { scope = 'snsapi_base', session, onDenied, onOutsideWechat, onSnapshot } = options;
  const { loginPage = '/', authorizeUrl = AUTHORIZE_URL, now = Date.now, nonce = randomNonce } = options;
  const account = resolveAccount(options);
  const base = resolveOrigin(options.origin);
  if (scope !== 'snsapi_base' && scope !== 'snsapi_userinfo') {
    throw new TypeError("\"scope\" must be 'snsapi_base' or 'snsapi_userinfo'");
  }
  if (session !== undefined && !(typeof session?.get === 'function' && typeof session.set === 'function')) {
    throw new TypeError('"session" must have two functions, get(ctx) and set(ctx, identity)');
  }
  if (session && options.cookie) throw new TypeError('"cookie" and "session" exclude each other: give one');
  for (const [name, hook] of Object.entries({ onDenied, onOutsideWechat, onSnapshot, now, nonce })) {
    if (hook !== undefined && typeof hook !== 'function') throw new TypeError(`"${name}" must be a function`);
  }
  if (!isReturnTo(loginPage, base)) throw new TypeError('"loginPage" must be a path below "origin", such as /login');
  const secure = base.startsWith('https:');
  return Object.freeze({
    account,
    base,
    secure,
    scope,
    cookie: resolveCookie(options, secure),
    session,
    onDenied,
    onOutsideWechat,
    onSnapshot,
    loginPage: base + loginPage,
    authorizeUrl: resolveAuthorizeUrl(authorizeUrl, options.allowHttp),
    now,
    nonce,
  });
}

/** Scheme, host and prefix, without a slash at the end. */
export function resolveOrigin(origin: unknown): string {
  const url = typeof origin === 'string' && URL.canParse(origin) ? new URL(origin) : null;
  const right = '"origin" must be what browsers see before the path, such as https://shop.example';
  if (!url || !/^https?:$/.test(url.protocol)) throw new TypeError(right);
  if (url.username || url.password || /[?#]/.test(origin as string)) {
    throw new TypeError(`${right}: without query, fragment or user`);
  }
  const prefix = url.pathname.replace(/\/$/, '');
  if (prefix && !isReturnTo(prefix, url.origin)) throw new TypeError(`${right}: its path is not one`);
  return url.origin + prefix;
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

function resolveCookie({ appid, cookie = {} }: WxOAuthOptions, secure: boolean): ResolvedOAuth['cookie'] {
  checkNames('"cookie"', cookie, COOKIE_NAMES);
  const { name, maxAge = 12 * HOUR, path = '/', domain } = cookie;
  if (name !== undefined && !/^[\w.-]{1,64}$/.test(name)) {
    throw new TypeError('"cookie.name" must be 1 to 64 letters, digits, "_", "-" or "."');
  }
  if (!(Number.isSafeInteger(maxAge) && maxAge >= SECOND)) {
    throw new TypeError('"cookie.maxAge" must be whole milliseconds, at least 1000 (a second)');
  }
  if (typeof path !== 'string' || !/^\/[\x21-\x3a\x3c-\x7e]*$/.test(path)) {
    throw new TypeError('"cookie.path" must begin with "/"');
  }
  if (domain !== undefined && !/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(domain)) {
    throw new TypeError('"cookie.domain" must be a host name such as shop.example');
  }
  // browsers take a __Host- cookie from this very host only: no sister domain can plant one
  const host = secure && path === '/' && domain === undefined ? '__Host-' : '';
  return { name: name ?? `${host}wxpay_${appid}`, maxAge, path, domain };
}
