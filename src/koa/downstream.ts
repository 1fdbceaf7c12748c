import type { Context, Next } from 'koa';
import { WxpayError } from '../core/errors.js';
import type { Notice } from '../core/vocabulary.js';

/**
 * Runs the rest of the chain as the effect. A status of 400 or more that it sets is a failure, and so is a chain in which nobody
 * looked at the notice: acknowledging without an effect would lose the payment.
 *
 * @throws WxpayError `ERR_WXPAY_HANDLER_FAILED`
 */
export async function downstream(ctx: Context, next: Next, notice: Notice, tx: unknown): Promise<void> {
  let read = false;
  ctx.state.wxpay = {
    ...ctx.state.wxpay,
    get notice() {
      read = true;
      return notice;
    },
    tx,
  };
  // Koa's 404 before anybody set a status must not look like the handler's own
  ctx.status = 200;
  await next();
  if (ctx.status >= 400) {
    throw new WxpayError('ERR_WXPAY_HANDLER_FAILED', `the handler after wxNotify answered ${ctx.status}`, {
      status: 503,
    });
  }
  if (!read) {
    throw new WxpayError(
      'ERR_WXPAY_HANDLER_FAILED',
      'nothing after wxNotify read ctx.state.wxpay.notice: mount the handler that marks the order paid after it, or give "fulfil"',
      { status: 503 },
    );
  }
}
