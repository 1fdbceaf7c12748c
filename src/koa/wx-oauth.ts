import type { Context, Middleware } from 'koa';
import { type Identified, identify } from '../client/account/oauth.js';
import { buildAuthorizeUrl } from '../core/oauth/authorize.js';
import { isStaleCode } from '../core/oauth/token.js';
import { MINUTE } from '../util/clock.js';
import { isReturnTo, without } from './oauth/address.js';
import { type Callback, readCallback } from './oauth/callback.js';
import { signedCookies } from './oauth/cookies.js';
import { type Exchanges, exchanges } from './oauth/exchanges.js';
import { type IdentityStore, identityStore } from './oauth/identity.js';
import { type OAuthPage, type ResolvedOAuth, resolveOAuth, type WxOAuthOptions } from './oauth/options.js';
import * as pages from './oauth/pages.js';
import { type Records, stateRecords } from './oauth/records.js';
import { isWechat, kindOf, type RequestKind } from './oauth/request.js';
import { buildState, isOpen, MAX_RESTARTS, type StateRecord } from './oauth/state.js';
import type { OAuthState } from './state.js';

export type { OAuthIdentity, OAuthPage, OAuthSession, WxOAuthOptions } from './oauth/options.js';
export type { OAuthState } from './state.js';

/**
 * Guarantees that whatever runs after it has the user's openid on `ctx.state.wxpay`, taken from this browser's session and
 * from nowhere else. In place: a page without a session goes to WeChat and comes back to the very address that was asked for.
 *
 * Only a browser opening a page inside WeChat is sent there. An XHR, a POST or a prefetch without a session gets 401 and
 * `{ error: 'openid_required', login }`; a page outside WeChat, a denial and a snapshot page get 403 and a page (or the hook
 * of the options), and a frame gets 403 and a page whose link opens the whole window. It does not protect what it guards
 * against forged requests of other sites: that stays with the host.
 *
 * Give it to each route. Under a prefix, `router.use()` is matched with regard to case and routes are not, so that a page of
 * `/ACCOUNT` is shown without an openid.
 *
 * @throws TypeError at creation, naming the option that is wrong
 * @throws WxpayError `ERR_WXPAY_MOUNT` at the first request when `app.keys` is missing
 * @throws TransportError, ApiError, WxpayError `ERR_WXPAY_BAD_ANSWER` (all 502) when WeChat gives no openid
 * @see https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html
 * @example
 * router.get('/orders/:id/pay', wxOAuth({ appid, secret, origin: 'https://shop.example' }), (ctx) => {
 *   ctx.body = `your openid is ${ctx.state.wxpay.openid}`;
 * });
 */
export function wxOAuth(options: WxOAuthOptions): Middleware<OAuthState> {
  const resolved = resolveOAuth(options);
  const { account, scope } = resolved;
  const exchange = exchanges<Identified | 'snapshot' | 'stale'>(resolved.now);
  return async function wxOAuth(ctx, next) {
    const visit = beginVisit(ctx as unknown as Context, resolved, exchange);
    const { address, kind } = visit;
    if (!address.startsWith('/')) return pages.showPage(ctx as unknown as Context, pages.MALFORMED);
    const callback = kind === 'other' ? null : readCallback(address, account.appid, scope);
    if (callback) return privately(() => answerCallback(visit, callback));
    const known = await visit.identities.get();
    if (!known) return login(visit);
    const { openid, user } = known;
    ctx.state.wxpay = { ...ctx.state.wxpay, openid, ...(user && { user }) };
    return next();
  };
}

/** One request and what it has to do with. */
interface Visit {
  ctx: Context;
  options: ResolvedOAuth;
  /** Path and query as the browser sees them, below `origin`. */
  address: string;
  kind: RequestKind;
  identities: IdentityStore;
  records: Records;
  exchange: Exchanges<Identified | 'snapshot' | 'stale'>;
}

function beginVisit(ctx: Context, options: ResolvedOAuth, exchange: Visit['exchange']): Visit {
  const cookies = signedCookies(ctx, options);
  return {
    ctx,
    options,
    // of the original address: a mount takes its prefix off ctx.url. Clients that send a fragment break the rules; browsers do not
    address: ctx.originalUrl.split('#', 1)[0] as string,
    kind: kindOf(ctx.req),
    identities: identityStore(ctx, cookies, options),
    records: stateRecords(cookies, options.cookie.name, options.base, options.now()),
    exchange,
  };
}

/** No session and no callback: who can go to WeChat is sent there. */
async function login(visit: Visit): Promise<void> {
  const { ctx, options, address, kind, records } = visit;
  if (kind === 'other') {
    ctx.set(pages.PRIVATE_HEADERS);
    ctx.status = 401;
    ctx.body = { error: 'openid_required', login: options.loginPage };
    return;
  }
  if (!isReturnTo(address, options.base)) return pages.showPage(ctx, pages.MALFORMED);
  if (!isWechat(ctx.req)) return turnAway(visit, pages.OUTSIDE, options.onOutsideWechat, address);
  // logged in a moment ago and already unknown: the session does not stay, and going on would go round for ever
  const lost = records
    .all()
    .filter(
      ({ phase, returnTo, issued }) => phase === 'done' && returnTo === address && options.now() - issued < MINUTE,
    );
  return start(visit, address, Math.max(0, ...lost.map(({ restarts }) => restarts + 1)));
}

/** The address holds a code: also where answering it fails, nobody may keep it. */
async function privately(answer: () => Promise<void>): Promise<void> {
  try {
    await answer();
  } catch (error) {
    // Koa takes off the headers of an answer that fails, and puts on those of the error
    if (error instanceof Error) Object.assign(error, { headers: { ...headersOf(error), ...pages.PRIVATE_HEADERS } });
    throw error;
  }
}

const headersOf = (error: Error): object => (error as { headers?: object }).headers ?? {};

/** WeChat sent the browser back. Whatever follows ends at a clean address or on a page. */
async function answerCallback(visit: Visit, callback: Callback | 'malformed'): Promise<void> {
  const { ctx, options, records, identities } = visit;
  const known = await identities.get();
  ctx.set(pages.PRIVATE_HEADERS);
  if (callback === 'malformed') return pages.showPage(ctx, pages.MALFORMED);
  const record = records.all().find(({ state }) => state === callback.state);
  const returnTo = record?.returnTo ?? without(visit.address, 'code', 'state');
  if (!isReturnTo(returnTo, options.base)) return pages.showPage(ctx, pages.MALFORMED);
  if (known) return redirect(ctx, options.base + returnTo);
  if (callback.code === undefined) {
    if (record) records.forget(record);
    return turnAway(visit, pages.DENIED, options.onDenied, returnTo);
  }
  if (!record) return pages.showPage(ctx, pages.STRANGE, options.base + returnTo);
  if (!isOpen(record, options.now())) return restart(visit, record);
  return finish(visit, record, callback.code);
}

async function finish(visit: Visit, record: StateRecord, code: string): Promise<void> {
  const { ctx, options, records, identities, exchange } = visit;
  const { account, scope, base } = options;
  const result = await exchange.once(record.state, async () => {
    try {
      return await identify(account, code, scope);
    } catch (error) {
      if (isStaleCode(error)) return 'stale';
      throw error;
    }
  });
  if (result === 'spent' || result === 'stale') return restart(visit, record);
  if (result === 'snapshot') {
    records.put({ ...record, phase: 'spent' });
    return turnAway(visit, pages.SNAPSHOT, options.onSnapshot, record.returnTo);
  }
  await identities.set({ appid: account.appid, ...result });
  records.put({ ...record, phase: 'done', issued: options.now() });
  redirect(ctx, base + record.returnTo);
}

/** A code that gave nothing is nobody's fault and asks for a fresh one: a few times, and never without end. */
function restart(visit: Visit, record: StateRecord): void {
  visit.records.forget(record);
  start(visit, record.returnTo, record.restarts + 1);
}

function start(visit: Visit, returnTo: string, restarts: number): void {
  const { ctx, options, kind, records } = visit;
  const { account, authorizeUrl, base, scope } = options;
  if (restarts > MAX_RESTARTS) {
    pages.showPage(ctx, pages.EXHAUSTED, base + returnTo);
    return;
  }
  if (kind === 'frame') {
    pages.showPage(ctx, pages.FRAMED, base + returnTo);
    return;
  }
  const state = buildState(options.nonce(), account.appid, scope);
  records.put({ state, issued: options.now(), restarts, phase: 'pending', returnTo });
  ctx.set(pages.PRIVATE_HEADERS);
  // WeChat appends its `code` and `state`: values of the page's own under these names wait in the record
  const redirect_uri = base + without(returnTo, 'code', 'state');
  redirect(ctx, buildAuthorizeUrl({ authorizeUrl, appid: account.appid, redirect_uri, scope, state }));
}

async function turnAway(
  { ctx, options }: Visit,
  page: Parameters<typeof pages.showPage>[1],
  hook: OAuthPage | undefined,
  returnTo: string,
): Promise<void> {
  const address = options.base + returnTo;
  if (!hook) return pages.showPage(ctx, page, address);
  ctx.set(pages.PRIVATE_HEADERS);
  ctx.status = page.status;
  await hook(ctx, { address });
}

// not ctx.redirect, which rewrites the address on its way out
function redirect(ctx: Context, address: string): void {
  ctx.status = 302;
  ctx.set('Location', address);
  ctx.type = 'text/plain; charset=utf-8';
  ctx.body = 'Redirecting';
}
