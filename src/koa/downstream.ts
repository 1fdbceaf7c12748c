import { WxpayError } from '../core/errors.js';
import type { Notice } from '../core/vocabulary.js';
import type { Delivery } from './delivery.js';
import { isLast } from './successor.js';

/**
 * Runs the rest of the chain as the effect. A status of 400 or more that it sets is a failure, and so is a chain that ends with
 * wxNotify: acknowledging without an effect would lose the payment.
 *
 * @throws {WxpayError} `ERR_WXPAY_HANDLER_FAILED`
 */
export async function downstream<Tx>(delivery: Delivery<Tx>, notice: Notice, tx: Tx): Promise<void> {
  const { ctx, middleware } = delivery;
  if (isLast(ctx, middleware)) {
    throw failed(
      'nothing is mounted after wxNotify: mount the handler that marks the order paid behind it on the same route, or give "fulfil"',
    );
  }
  ctx.state.wxpay = { ...ctx.state.wxpay, notice, tx };
  const status = await statusSetBy(delivery).catch(explain);
  if (status >= 400) throw failed(`the handler after wxNotify answered ${status}`);
}

const failed = (message: string, cause?: unknown): WxpayError =>
  new WxpayError('ERR_WXPAY_HANDLER_FAILED', message, { status: 503, cause });

function explain(error: unknown): never {
  if ((error as { type?: string })?.type !== 'stream.not.readable') throw error;
  throw failed(
    'a body parser after wxNotify tried to read the body again: take it out of this route, the notice is on ctx.state.wxpay',
    error,
  );
}

/**
 * The status the rest of the chain sets, 200 when it sets none. `ctx.status` does not tell: it is 404 before anything is set, and
 * once the deadline has been answered it is the status of that answer, whatever the handler sets afterwards.
 */
async function statusSetBy<Tx>(delivery: Delivery<Tx>): Promise<number> {
  const { ctx, next } = delivery;
  const { response, res } = ctx;
  let status = 200;
  Object.defineProperty(response, 'status', {
    configurable: true,
    get: () => status,
    set: (code: number) => {
      // Once the headers have left, Koa keeps no status and takes every body for a fresh 200. A failure that was set stays.
      if (!(res.headersSent && status >= 400)) status = code;
      Reflect.set(Object.getPrototypeOf(response), 'status', code, response);
    },
  });
  try {
    await next();
    // The handler may have answered past Koa, on ctx.res.
    const past = !delivery.answered && (res.headersSent || ctx.respond === false);
    return past ? Math.max(status, res.statusCode) : status;
  } finally {
    delete (response as { status?: number }).status;
  }
}
