import type { Context } from 'koa';
import { WxpayError } from '../core/errors.js';

/**
 * Routers hand HEAD to the handlers of GET, and `app.use` hands over every method. Crawlers, link previews and CORS preflights
 * send such requests, and none of them may have an effect at WeChat.
 *
 * @param what the effect, for the error
 * @throws {WxpayError} `ERR_WXPAY_BAD_REQUEST` (405, with `Allow`) for every other method
 */
export function checkMethod({ method }: Context, what: string, allowed: readonly string[] = ['GET', 'POST']): void {
  if (allowed.includes(method)) return;
  const error = new WxpayError('ERR_WXPAY_BAD_REQUEST', `${what} on ${allowed.join(' and ')} only, not on ${method}`, {
    status: 405,
  });
  // Koa sends the headers of an error with the answer it makes of it.
  throw Object.assign(error, { headers: { Allow: allowed.join(', ') } });
}
