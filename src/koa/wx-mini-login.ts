import type { Context, Middleware, Next, ParameterizedContext } from 'koa';
import { codeToSession } from '../client/account/mini-program.js';
import { VerificationError, WxpayError } from '../core/errors.js';
import type { MiniProgramLogin } from '../core/oauth/mini-program.js';
import { trace } from '../diagnostics/trace.js';
import { toUnixSeconds } from '../util/clock.js';
import { distinctHeaders } from './headers.js';
import { keyringOf } from './keyring.js';
import { checkMethod } from './methods.js';
import { codeIn } from './mini-login/code.js';
import { resolveMiniLogin, type WxMiniLoginOptions } from './mini-login/options.js';
import { CODE_INVALID, CODE_REQUIRED, LOGIN_REQUIRED, refusalOf, refuse } from './mini-login/refusals.js';
import { readToken, writeToken } from './mini-login/token.js';
import type { MiniLoginState } from './state.js';

export type { MiniLogin, WxMiniLoginOptions } from './mini-login/options.js';

/** The two halves of a login: where a mini program logs in, and what guards its other requests. */
export interface WxMiniLogin {
  /** Answers a POST of `{ code }` with `{ token, expires_in }`, seconds. */
  login: Middleware;
  /** Lets a request with `Authorization: Bearer <token>` pass, with its openid on the context. */
  guard: Middleware<MiniLoginState>;
}

/**
 * The login of a mini program. `login` exchanges the code of `wx.login()` for the user and answers a token, signed with `app.keys`
 * and bound to the appid and the scope. `guard` guarantees that what runs after it has the openid of that user on
 * `ctx.state.wxpay`, and the unionid if the mini program has one.
 *
 * Refusals are JSON with a fixed word, `{ error }`. `login`: 400 `code_required`, 401 `code_invalid` (used, expired or not a code:
 * call `wx.login()` again), 403 `user_blocked`, 429 `too_frequent`. `guard`: 401 `login_required`. The reason is emitted as `error`
 * on the app, except for a token that is missing or has expired. One code gives at most one token. A token cannot be revoked before
 * it expires, other than by taking its key out of `app.keys`.
 *
 * @throws {TypeError} at creation, naming the option that is wrong
 * @throws {WxpayError} `ERR_WXPAY_MOUNT` at the first request when `app.keys` is missing, `ERR_WXPAY_BAD_ANSWER` (502),
 * `ERR_WXPAY_BAD_REQUEST` (405) for a login that is no POST, `ERR_WXPAY_BODY_TOO_LARGE` (413), `ERR_WXPAY_BODY_TIMEOUT` (408)
 * @throws {ApiError} WeChat refuses for a reason that is the shop's, such as a wrong secret (502)
 * @throws {TransportError} `ERR_WXPAY_TRANSPORT` (502)
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/login.html
 * @example
 * const { login, guard } = wxMiniLogin({ appid, secret });
 * router.post('/mini/login', login);
 * router.post('/mini/orders/:id/pay', guard, wxPrepay({ wxpay, order: (ctx) => findOrderOf(ctx) }), (ctx) => {
 *   ctx.body = ctx.state.wxpay.requestPayment;
 * });
 */
export function wxMiniLogin(options: WxMiniLoginOptions): WxMiniLogin {
  const { account, maxAge, scope, onLogin, now } = resolveMiniLogin(options);
  const { appid } = account;
  const rules = { appid, scope, maxAge, now };
  const keysOf = (ctx: Context) => keyringOf(ctx, 'wxMiniLogin signs its tokens');
  const exchanging = new Set<string>();

  /** `null` when it was refused, and answered. */
  async function exchange(ctx: Context, code: string): Promise<MiniProgramLogin | null> {
    // WeChat takes a code once. Of two that arrive at the same moment, one would have to learn that from WeChat.
    if (exchanging.has(code)) {
      refuse(ctx, CODE_INVALID, new WxpayError('ERR_WXPAY_BAD_REQUEST', 'another request is exchanging this code'));
      return null;
    }
    exchanging.add(code);
    try {
      return await trace('login', { appid, middleware: 'wxMiniLogin' }, async (fields) => {
        const found = await codeToSession(account, code);
        fields.outcome = 'user';
        return found;
      });
    } catch (error) {
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      refuse(ctx, refusal, error);
      return null;
    } finally {
      exchanging.delete(code);
    }
  }

  async function login(ctx: Context): Promise<void> {
    checkMethod(ctx, 'a mini program logs in', ['POST']);
    const keys = keysOf(ctx);
    const code = await codeIn(ctx);
    if (code === undefined) {
      const reason = 'a login is { "code" } with what wx.login() gave';
      return refuse(ctx, CODE_REQUIRED, new WxpayError('ERR_WXPAY_BAD_REQUEST', reason));
    }
    const found = await exchange(ctx, code);
    if (!found) return;
    await onLogin?.({ appid, ...found }, ctx);
    ctx.set('Cache-Control', 'no-store');
    ctx.body = { token: writeToken(keys, rules, found), expires_in: toUnixSeconds(maxAge) };
  }

  async function guard(ctx: ParameterizedContext<MiniLoginState>, next: Next): Promise<void> {
    const keys = keysOf(ctx as Context);
    const token = bearerIn(ctx as Context);
    const holder = token === undefined ? 'missing' : readToken(keys, rules, token);
    if (holder === 'missing' || holder === 'expired') return refuse(ctx as Context, LOGIN_REQUIRED);
    if (holder === 'foreign') {
      const reason = `the token was not signed for appid ${appid} and scope ${scope} with a key of this application`;
      return refuse(ctx as Context, LOGIN_REQUIRED, new VerificationError('ERR_WXPAY_BAD_TOKEN', reason));
    }
    ctx.state.wxpay = { ...ctx.state.wxpay, ...holder };
    await next();
  }

  return { login, guard };
}

/** The token of `Authorization: Bearer …`; `undefined` where there is no such header, or more than one. */
function bearerIn({ req }: Context): string | undefined {
  const [value, ...more] = distinctHeaders(req).authorization ?? [];
  return more.length === 0 ? /^bearer +(\S+) *$/i.exec(value ?? '')?.[1] : undefined;
}
