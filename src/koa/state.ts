import type { JsConfig } from '../core/account/js-config.js';
import type { OAuthUser } from '../core/oauth/token.js';
import type { ChooseWXPayParams, JsapiParams, Notice } from '../core/vocabulary.js';

/** What `wxOAuth` puts on `ctx.state`. */
export interface OAuthState {
  wxpay: {
    /** The openid of the logged-in user for the account of `wxOAuth`. It comes from the session, never from the request. */
    openid: string;
    /** With `scope: 'snsapi_userinfo'`. */
    user?: OAuthUser;
  };
}

/** What `wxPrepay` adds. */
export interface PrepayState {
  wxpay: {
    prepay_id: string;
    /** For `WeixinJSBridge.invoke('getBrandWCPayRequest', …)`. */
    jsapi: JsapiParams;
    /** The same for `wx.chooseWXPay(…)`. */
    chooseWXPay: ChooseWXPayParams;
    /** The number the order was placed under. It differs from the number that `order(ctx)` returned when the order was reissued. */
    out_trade_no: string;
  };
}

/** What `wxNotify` adds. */
export interface NotifyState<Tx = unknown> {
  wxpay: { notice: Notice; tx: Tx };
}

/** What `wxJsConfig` adds. */
export interface JsConfigState {
  wxpay: {
    /** For `wx.config(…)` on this page. */
    jsConfig: JsConfig;
  };
}
