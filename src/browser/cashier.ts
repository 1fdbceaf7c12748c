import type { ChooseWXPayParams, JsapiParams, RequestPaymentParams } from '../core/vocabulary.js';
import { type Bridge, bridgeHere, documentHere, type Result, type Wx, wxHere } from './globals.js';

/** What `wxPrepay` put on the context: `jsapi`, `chooseWXPay` or `requestPayment`. */
export type PayParams = JsapiParams | ChooseWXPayParams | RequestPaymentParams;

/** How WeChat's cashier was left. None of these proves anything about the payment. */
export type Left = 'ok' | 'cancel' | 'fail';

/** Longer than any WeChat takes for its bridge. Outside WeChat it never comes. */
const BRIDGE_WAIT = 10_000;

/** Opens the cashier that the parameters are for, and resolves when it is closed, or when it could not be opened. */
export function openCashier(params: PayParams): Promise<Left> {
  if ('timestamp' in params) return withSdk(params);
  // A mini program has no document, and takes the parameters without their appId.
  return 'appId' in params && documentHere() ? withBridge(params) : withMiniProgram(params);
}

async function withBridge(params: JsapiParams): Promise<Left> {
  const bridge = await bridgeReady();
  if (!bridge) return 'fail';
  return new Promise((resolve) => {
    bridge.invoke('getBrandWCPayRequest', params, ({ err_msg }) => resolve(leftBy(err_msg)));
  });
}

/** The bridge comes before the scripts of the page or after them. `undefined` where it does not come. */
function bridgeReady(): Promise<Bridge | undefined> {
  return new Promise((resolve) => {
    if (bridgeHere()) return resolve(bridgeHere());
    const timer = setTimeout(resolve, BRIDGE_WAIT, undefined);
    documentHere()?.addEventListener('WeixinJSBridgeReady', () => {
      clearTimeout(timer);
      resolve(bridgeHere());
    });
  });
}

function withSdk(params: ChooseWXPayParams): Promise<Left> {
  return new Promise((resolve) => {
    const sdk = wxHere();
    if (!sdk?.chooseWXPay) return resolve('fail');
    const open = (): void => call(sdk, 'chooseWXPay', params, resolve);
    if (!sdk.ready) return open();
    // Before wx.config() has ended, WeChat refuses to pay.
    sdk.ready(open);
    sdk.error?.(() => resolve('fail'));
  });
}

function withMiniProgram({
  timeStamp,
  nonceStr,
  package: prepay,
  signType,
  paySign,
}: RequestPaymentParams): Promise<Left> {
  return new Promise((resolve) => {
    const miniProgram = wxHere();
    if (!miniProgram?.requestPayment) return resolve('fail');
    call(miniProgram, 'requestPayment', { timeStamp, nonceStr, package: prepay, signType, paySign }, resolve);
  });
}

function call(wx: Wx, name: 'chooseWXPay' | 'requestPayment', params: object, resolve: (left: Left) => void): void {
  const callbacks = {
    success: ({ errMsg }: Result) => resolve(leftBy(errMsg)),
    cancel: () => resolve('cancel'),
    fail: ({ errMsg }: Result) => resolve(leftBy(errMsg)),
  };
  // Not spread: the build would carry a helper for browsers that do not know that.
  wx[name]?.(Object.assign(callbacks, params));
}

/** `get_brand_wcpay_request:ok`, `chooseWXPay:ok`, `requestPayment:fail cancel`, … */
function leftBy(message = ''): Left {
  if (/:ok$/.test(message)) return 'ok';
  return /[: ]cancel$/.test(message) ? 'cancel' : 'fail';
}
