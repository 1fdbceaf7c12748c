import type { Context } from 'koa';
import { WxpayError } from '../core/errors.js';

const ALLOWED = ['GET', 'POST'];

/**
 * Routers hand HEAD to the handlers of GET, and `app.use` hands over every method. Crawlers, link previews and CORS preflights
 * send such requests, and none of them may have an effect at WeChat.
 *
 * @param what the effect, for the error
 * @throws {WxpayError} `ERR_WXPAY_BAD_REQUEST` (405, with `Allow`) for every method but GET and POST
 */
export function checkMethod({ method }: Context, what: string): void {
  if (ALLOWED.includes(method)) return;
  const error = new WxpayError('ERR_WXPAY_BAD_REQUEST', `${what} on ${ALLOWED.join(' and ')} only, not on ${method}`, {
    status: 405,
  });
  // Koa sends the headers of an error with the answer it makes of it.
  throw Object.assign(error, { headers: { Allow: ALLOWED.join(', ') } });
}
