import type { JsConfig } from '../core/account/js-config.js';
import type { OAuthUser } from '../core/oauth/token.js';
import type { ChooseWXPayParams, JsapiParams, Notice } from '../core/vocabulary.js';

/** What `wxOAuth` puts on `ctx.state`. */
export interface OAuthState {
  wxpay: {
    /** The user of this browser, as the account of `wxOAuth` knows them; from the session, never from the request. */
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
    /** The number the order was placed under: another one than the host's when it was reissued. */
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
    /** For `wx.config(…)` on this very page. */
    jsConfig: JsConfig;
  };
}
