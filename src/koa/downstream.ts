import type { Context, Next } from 'koa';
import { WxpayError } from '../core/errors.js';
import type { Notice } from '../core/vocabulary.js';

/** What the middleware and the work it handed out know of each other. */
export interface Handling {
  /** The notification has been answered by us. */
  answered: boolean;
}

/**
 * Runs the rest of the chain as the effect. A status of 400 or more that it sets is a failure, and so is a chain in which nobody
 * looked at the notice: acknowledging without an effect would lose the payment.
 *
 * @throws WxpayError `ERR_WXPAY_HANDLER_FAILED`
 */
export async function downstream(
  ctx: Context,
  next: Next,
  notice: Notice,
  tx: unknown,
  handling: Handling,
): Promise<void> {
  let read = false;
  ctx.state.wxpay = {
    ...ctx.state.wxpay,
    get notice() {
      read = true;
      return notice;
    },
    tx,
  };
  const status = await statusSetBy(ctx, next, handling).catch(explain);
  if (status >= 400) {
    throw new WxpayError('ERR_WXPAY_HANDLER_FAILED', `the handler after wxNotify answered ${status}`, { status: 503 });
  }
  if (!read) {
    throw new WxpayError(
      'ERR_WXPAY_HANDLER_FAILED',
      'nothing after wxNotify read ctx.state.wxpay.notice: mount the handler that marks the order paid after it, or give "fulfil"',
      { status: 503 },
    );
  }
}

function explain(error: unknown): never {
  if ((error as { type?: string })?.type !== 'stream.not.readable') throw error;
  throw new WxpayError(
    'ERR_WXPAY_HANDLER_FAILED',
    'a body parser after wxNotify tried to read the body again: take it out of this route, the notice is on ctx.state.wxpay',
    { status: 503, cause: error },
  );
}

/**
 * The status the rest of the chain sets, 200 when it sets none. `ctx.status` cannot tell: it is 404 before anybody spoke, and once
 * the deadline has been answered it is that answer's, whatever the handler still says.
 */
async function statusSetBy(ctx: Context, next: Next, handling: Handling): Promise<number> {
  const { response, res } = ctx;
  let status = 200;
  Object.defineProperty(response, 'status', {
    configurable: true,
    get: () => status,
    set: (code: number) => {
      // once headers are out Koa keeps no status, and takes each body for a fresh 200: a failure that was said stays said
      if (!(res.headersSent && status >= 400)) status = code;
      Reflect.set(Object.getPrototypeOf(response), 'status', code, response);
    },
  });
  try {
    await next();
    // a handler that answers past Koa, on ctx.res
    const past = !handling.answered && (res.headersSent || ctx.respond === false);
    return past ? Math.max(status, res.statusCode) : status;
  } finally {
    delete (response as { status?: number }).status;
  }
}
