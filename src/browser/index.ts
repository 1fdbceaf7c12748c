/**
 * koa-wxpay/browser: the way to WeChat's cashier and back, for pages and mini programs. It imports nothing.
 */
import type { Settle } from './ask.js';
import { openCashier, type PayParams } from './cashier.js';
import { waitFor } from './wait.js';

export type { Settle, Settled } from './ask.js';
export type { PayParams } from './cashier.js';

/**
 * - `paid`: the shop says so, and its own effect is durable.
 * - `cancelled`: the payer closed the cashier.
 * - `failed`: the cashier could not be opened or refused, and the shop says that the order is not paid; or the order was closed.
 */
export type PayResult = 'paid' | 'cancelled' | 'failed';

/**
 * - `paying`: the cashier is about to open, or is open.
 * - `confirming`: it was closed, and the shop is asked.
 * - `unconfirmed`: for twenty seconds the shop has not confirmed the payment, or could not be asked. It is still asked. Tell the
 *   payer not to pay again.
 */
export type PayProgress = 'paying' | 'confirming' | 'unconfirmed';

/** What may end the waiting. */
export interface WaitOptions {
  /** The promise is rejected with the reason of this signal. Use it where the page is left without being unloaded. */
  signal?: AbortSignal;
}

/** How the shop is asked, and the callback for the progress. */
export interface PayOptions extends WaitOptions {
  /** Address of `wxSettle` for this order, or a function that asks it. */
  settle: Settle;
  /** For what the page shows meanwhile. */
  onProgress?(progress: PayProgress): void;
}

/**
 * Opens WeChat's cashier and resolves when it is known how that ended: `paid`, `cancelled` or `failed`. It waits for
 * `WeixinJSBridge` and invokes `getBrandWCPayRequest` with `jsapi`, or calls `wx.chooseWXPay` with `chooseWXPay`, or
 * `wx.requestPayment` with `requestPayment`. What the cashier says proves nothing: after its "ok" the shop is asked until it says
 * that the order is paid. As long as the outcome is unknown, the promise stays pending.
 *
 * @param params one of `ctx.state.wxpay.jsapi`, `.chooseWXPay` and `.requestPayment`
 * @example
 * import { pay } from 'koa-wxpay/browser';
 *
 * const result = await pay(jsapi, { settle: '/orders/17/settle' });
 * if (result === 'paid') location.replace('/orders/17');
 */
export async function pay(params: PayParams, { settle, signal, onProgress }: PayOptions): Promise<PayResult> {
  onProgress?.('paying');
  const left = await openCashier(params);
  if (signal?.aborted) throw signal.reason;
  if (left === 'cancel') return 'cancelled';
  onProgress?.('confirming');
  // A cashier that refused may have done so because the order is paid already.
  return waitFor(settle, { signal, refused: left === 'fail', onLong: () => onProgress?.('unconfirmed') });
}

/**
 * Asks the shop until the order is `paid`, or `failed` because it was closed: for a page with a QR code, and for the page that the
 * payer of an H5 order comes back to.
 *
 * @param settle address of `wxSettle` for this order, or a function that asks it
 * @example
 * if ((await waitUntilPaid('/orders/17/settle')) === 'paid') location.replace('/orders/17');
 */
export const waitUntilPaid = (settle: Settle, { signal }: WaitOptions = {}): Promise<'paid' | 'failed'> =>
  waitFor(settle, { signal });
