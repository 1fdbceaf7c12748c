/** What this module uses of a page or of a mini program. Each of these may be missing. */

/** WeChat's bridge, which appears in the pages of its browser. */
export interface Bridge {
  invoke(name: string, params: object, callback: (answer: { err_msg?: string; err_desc?: string }) => void): void;
}

/** What the JS-SDK and a mini program answer. */
export interface Result {
  errMsg?: string;
}

interface Callbacks {
  success(result: Result): void;
  fail(result: Result): void;
  /** Of the JS-SDK only. A mini program calls `fail`. */
  cancel(result: Result): void;
}

/** `wx` of the JS-SDK, or of a mini program. */
export interface Wx {
  chooseWXPay?(options: object & Callbacks): void;
  requestPayment?(options: object & Callbacks): void;
  ready?(run: () => void): void;
  error?(run: (result: Result) => void): void;
}

declare const WeixinJSBridge: Bridge | undefined;
declare const wx: Wx | undefined;
declare const document: { addEventListener(name: string, run: () => void): void } | undefined;

export const bridgeHere = (): Bridge | undefined =>
  typeof WeixinJSBridge === 'undefined' ? undefined : WeixinJSBridge;
export const wxHere = (): Wx | undefined => (typeof wx === 'undefined' ? undefined : wx);
export const documentHere = () => (typeof document === 'undefined' ? undefined : document);
