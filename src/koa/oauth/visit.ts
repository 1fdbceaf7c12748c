import type { Context } from 'koa';
import { type Identified, identify } from '../../client/account/oauth.js';
import { buildAuthorizeUrl } from '../../core/oauth/authorize.js';
import { isStaleCode } from '../../core/oauth/token.js';
import { trace } from '../../diagnostics/trace.js';
import { MINUTE } from '../../util/clock.js';
import { isReturnTo, without } from './address.js';
import { type Callback, readCallback } from './callback.js';
import { signedCookies } from './cookies.js';
import type { OAuthPage, ResolvedOAuth } from './options.js';
import * as pages from './pages.js';
import { type PendingLogins, pendingLogins } from './pending-logins.js';
import { isWechat, kindOf, type RequestKind } from './request.js';
import { loginAddress, returnToOf } from './return-to.js';
import { openSession, type Session } from './session.js';
import { buildState, isOpen, type Login, MAX_RESTARTS } from './state.js';
import type { UsedStates } from './used-states.js';

/** The result of exchanging a code: a user, a virtual user of a snapshot page, or a code that was used or has expired. */
export type Exchanged = Identified | 'snapshot' | 'stale';

/** One request to a guarded address, and how it is answered as long as no user is logged in. */
export class Visit {
  /** Path and query as the browser sees them, below `origin`. */
  readonly address: string;
  /** The user of this browser, if one is logged in. */
  readonly session: Session;
  readonly #ctx: Context;
  readonly #options: ResolvedOAuth;
  readonly #kind: RequestKind;
  readonly #logins: PendingLogins;
  readonly #usedStates: UsedStates<Exchanged>;

  constructor(ctx: Context, options: ResolvedOAuth, usedStates: UsedStates<Exchanged>) {
    const cookies = signedCookies(ctx, options);
    // A mount takes its prefix off ctx.url. Some clients send a fragment, which browsers do not.
    this.address = ctx.originalUrl.split('#', 1)[0] as string;
    this.session = openSession(ctx, cookies, options);
    this.#ctx = ctx;
    this.#options = options;
    this.#kind = kindOf(ctx.req);
    this.#logins = pendingLogins(cookies, options.cookie.name, options.base, options.now());
    this.#usedStates = usedStates;
  }

  /** What WeChat appended to the address, if it sent the browser back. */
  callback(): Callback | 'malformed' | null {
    const { account, scope } = this.#options;
    return this.#kind === 'other' ? null : readCallback(this.address, account.appid, scope);
  }

  /** The page that the login page leads back to, if this is the login page and it names one. */
  returnTo(): string | 'foreign' | undefined {
    return returnToOf(this.address, this.#options);
  }

  /** Ends the visit of the login page. */
  leaveTo(page: string): void {
    this.#ctx.set(pages.PRIVATE_HEADERS);
    redirect(this.#ctx, page);
  }

  /** Without a session and a callback: a browser that can log in is sent to WeChat. */
  async login(): Promise<void> {
    const [ctx, options] = [this.#ctx, this.#options];
    if (this.#kind === 'other') {
      ctx.set(pages.PRIVATE_HEADERS);
      ctx.status = 401;
      ctx.body = { error: 'openid_required', login: loginAddress(ctx, options) };
      return;
    }
    if (!isReturnTo(this.address, options.base)) return pages.showPage(ctx, pages.MALFORMED);
    if (!isWechat(ctx.req)) return this.#turnAway(pages.OUTSIDE, options.onOutsideWechat, this.address);
    // A login that ended here a moment ago and left no session would be repeated for ever.
    const lost = this.#logins.all().filter(({ phase, returnTo, issued }) => {
      return phase === 'done' && returnTo === this.address && options.now() - issued < MINUTE;
    });
    this.#start(this.address, Math.max(0, ...lost.map(({ restarts }) => restarts + 1)));
  }

  /** WeChat sent the browser back: it ends at an address without the code, or on a page. */
  async answer(callback: Callback | 'malformed'): Promise<void> {
    try {
      await this.#answer(callback);
    } catch (error) {
      // The address holds a code. Koa takes off the headers of an answer that fails, and puts on those of the error.
      if (error instanceof Error) Object.assign(error, { headers: { ...headersOf(error), ...pages.PRIVATE_HEADERS } });
      throw error;
    }
  }

  async #answer(callback: Callback | 'malformed'): Promise<void> {
    const [ctx, options] = [this.#ctx, this.#options];
    const known = await this.session.get();
    ctx.set(pages.PRIVATE_HEADERS);
    if (callback === 'malformed') return pages.showPage(ctx, pages.MALFORMED);
    const login = this.#logins.all().find(({ state }) => state === callback.state);
    const returnTo = login?.returnTo ?? without(this.address, 'code', 'state');
    if (!isReturnTo(returnTo, options.base)) return pages.showPage(ctx, pages.MALFORMED);
    if (known) return redirect(ctx, options.base + returnTo);
    if (callback.code === undefined) {
      if (login) this.#logins.forget(login);
      return this.#turnAway(pages.DENIED, options.onDenied, returnTo);
    }
    if (!login) return pages.showPage(ctx, pages.STRANGE, options.base + returnTo);
    if (!isOpen(login, options.now())) return this.#restart(login);
    return this.#finish(login, callback.code);
  }

  async #finish(login: Login, code: string): Promise<void> {
    const { account, base, onSnapshot, now } = this.#options;
    const exchanged = await this.#usedStates.use(login.state, () => this.#exchange(code));
    if (exchanged === 'spent' || exchanged === 'stale') return this.#restart(login);
    if (exchanged === 'snapshot') {
      this.#logins.put({ ...login, phase: 'spent' });
      return this.#turnAway(pages.SNAPSHOT, onSnapshot, login.returnTo);
    }
    await this.session.set({ appid: account.appid, ...exchanged });
    this.#logins.put({ ...login, phase: 'done', issued: now() });
    redirect(this.#ctx, base + login.returnTo);
  }

  #exchange(code: string): Promise<Exchanged> {
    const { account, scope } = this.#options;
    return trace('login', { appid: account.appid, middleware: 'wxOAuth' }, async (fields) => {
      const exchanged = await identify(account, code, scope).catch(staleCode);
      fields.outcome = typeof exchanged === 'string' ? exchanged : 'user';
      return exchanged;
    });
  }

  /** A code that gave no user is followed by a fresh one, at most {@link MAX_RESTARTS} times. */
  #restart(login: Login): void {
    this.#logins.forget(login);
    this.#start(login.returnTo, login.restarts + 1);
  }

  #start(returnTo: string, restarts: number): void {
    const address = this.#options.base + returnTo;
    if (restarts > MAX_RESTARTS) pages.showPage(this.#ctx, pages.EXHAUSTED, address);
    else if (this.#kind === 'frame') pages.showPage(this.#ctx, pages.FRAMED, address);
    else this.#authorize(returnTo, restarts);
  }

  #authorize(returnTo: string, restarts: number): void {
    const { account, authorizeUrl, base, scope, nonce, now } = this.#options;
    const state = buildState(nonce(), account.appid, scope);
    this.#logins.put({ state, issued: now(), restarts, phase: 'pending', returnTo });
    this.#ctx.set(pages.PRIVATE_HEADERS);
    // WeChat appends its "code" and "state". Parameters of the page that have these names wait in the login.
    const redirect_uri = base + without(returnTo, 'code', 'state');
    redirect(this.#ctx, buildAuthorizeUrl({ authorizeUrl, appid: account.appid, redirect_uri, scope, state }));
  }

  async #turnAway(page: pages.Page, hook: OAuthPage | undefined, returnTo: string): Promise<void> {
    const ctx = this.#ctx;
    const address = this.#options.base + returnTo;
    if (!hook) return pages.showPage(ctx, page, address);
    ctx.set(pages.PRIVATE_HEADERS);
    ctx.status = page.status;
    await hook(ctx, { address });
  }
}

function staleCode(error: unknown): 'stale' {
  if (isStaleCode(error)) return 'stale';
  throw error;
}

const headersOf = (error: Error): object => (error as { headers?: object }).headers ?? {};

/** Sends the address as it is, which `ctx.redirect` does not. */
function redirect(ctx: Context, address: string): void {
  ctx.status = 302;
  ctx.set('Location', address);
  ctx.type = 'text/plain; charset=utf-8';
  ctx.body = 'Redirecting';
}
