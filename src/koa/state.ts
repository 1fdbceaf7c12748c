import type { JsConfig } from '../core/account/js-config.js';
import type { OAuthUser } from '../core/oauth/token.js';
import type {
  AppParams,
  ChooseWXPayParams,
  JsapiParams,
  Notice,
  PayType,
  RequestPaymentParams,
} from '../core/vocabulary.js';

/** What `wxOAuth` puts on `ctx.state`. */
export interface OAuthState {
  wxpay: {
    /** The openid of the logged-in user for the account of `wxOAuth`. It comes from the session, never from the request. */
    openid: string;
    /** With `scope: 'snsapi_userinfo'`. */
    user?: OAuthUser;
  };
}

/** What the `guard` of `wxMiniLogin` puts on `ctx.state`. */
export interface MiniLoginState {
  wxpay: {
    /** The openid of the user at the mini program. It comes from the signed token, never from the rest of the request. */
    openid: string;
    /** Of mini programs that are bound to an open-platform account. */
    unionid?: string;
  };
}

/** What `wxPrepay` attaches, by the way of paying. */
export interface PrepayResults {
  jsapi: {
    prepay_id: string;
    /** For `WeixinJSBridge.invoke('getBrandWCPayRequest', …)`. */
    jsapi: JsapiParams;
    /** The same for `wx.chooseWXPay(…)` of the JS-SDK. */
    chooseWXPay: ChooseWXPayParams;
    /** The same for `wx.requestPayment(…)` of a mini program. */
    requestPayment: RequestPaymentParams;
  };
  native: {
    /** The content of the QR code, valid for two hours. */
    code_url: string;
  };
  h5: {
    /** Where the payer goes, within five minutes and from the same address, with the shop's return address in it. */
    h5_url: string;
  };
  app: {
    /** For the WeChat SDK of the app. */
    app: AppParams;
  };
}

/** What `wxPrepay` adds. */
export interface PrepayState<Type extends PayType = 'jsapi'> {
  wxpay: PrepayResults[Type] & {
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
