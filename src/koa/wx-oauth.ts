import type { Context, Middleware } from 'koa';
import { WxpayError } from '../core/errors.js';
import { defined } from '../util/absent.js';
import { emit } from './emit.js';
import { resolveOAuth, type WxOAuthOptions } from './oauth/options.js';
import * as pages from './oauth/pages.js';
import { usedStates } from './oauth/used-states.js';
import { type Exchanged, Visit } from './oauth/visit.js';
import type { OAuthState } from './state.js';

export type { KnownIdentity, OAuthIdentity, OAuthPage, OAuthSession, WxOAuthOptions } from './oauth/options.js';
export type { OAuthState } from './state.js';

/**
 * Guarantees that what runs after it has the user's openid on `ctx.state.wxpay`, taken only from the session of this browser.
 * A page without a session is redirected to WeChat and returns to the address that was asked for.
 *
 * Only a browser opening a page inside WeChat is sent there. An XHR, a POST or a prefetch without a session gets 401 and
 * `{ error: 'openid_required', login }`. `login` is the address to open: it leads back to the page that the script is on, which must
 * be on `origin` or one of `origins`. A script whose pages differ by their fragment sets its parameter `return_to` to
 * `location.href`, because no server sees a fragment. Anything else as `return_to` is 400. A page outside WeChat, a denial and a snapshot page get 403 and a page (or the hook
 * of the options), and a frame gets 403 and a page whose link opens the whole window. It does not protect what it guards
 * against forged requests of other sites: that stays with the host.
 *
 * Give it to each route. Under a prefix, `router.use()` is matched with regard to case and routes are not, so that a page of
 * `/ACCOUNT` is shown without an openid.
 *
 * @throws {TypeError} at creation, naming the option that is wrong
 * @throws {WxpayError} `ERR_WXPAY_MOUNT` at the first request when `app.keys` is missing, `ERR_WXPAY_BAD_ANSWER` (502)
 * @throws {ApiError} WeChat refuses the code (502)
 * @throws {TransportError} `ERR_WXPAY_TRANSPORT` (502)
 * @see https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html
 * @example
 * router.get('/orders/:id/pay', wxOAuth({ appid, secret, origin: 'https://shop.example' }), (ctx) => {
 *   ctx.body = `your openid is ${ctx.state.wxpay.openid}`;
 * });
 */
export function wxOAuth(options: WxOAuthOptions): Middleware<OAuthState> {
  const resolved = resolveOAuth(options);
  const states = usedStates<Exchanged>(resolved.now);
  return async function wxOAuth(ctx, next) {
    const visit = new Visit(ctx as unknown as Context, resolved, states);
    if (!visit.address.startsWith('/')) return pages.showPage(ctx as unknown as Context, pages.MALFORMED);
    const returnTo = visit.returnTo();
    if (returnTo === 'foreign') return refuseReturn(ctx as unknown as Context);
    const callback = visit.callback();
    if (callback) return visit.answer(callback);
    const known = await visit.session.get();
    if (!known) return visit.login();
    if (returnTo !== undefined) return visit.leaveTo(returnTo);
    const { openid, user } = known;
    ctx.state.wxpay = { ...ctx.state.wxpay, ...defined({ openid, user }) };
    return next();
  };
}

function refuseReturn(ctx: Context): void {
  pages.showPage(ctx, pages.MALFORMED);
  const reason = '"return_to" names a page that is neither on "origin" nor on one of "origins"';
  emit(ctx, new WxpayError('ERR_WXPAY_BAD_REQUEST', reason, { status: 400 }));
}
