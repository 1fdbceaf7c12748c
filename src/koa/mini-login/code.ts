import type { Context } from 'koa';
import { isObject, readObject } from '../../core/json.js';
import { rawBody } from '../raw-body.js';

const BODY = { limit: 16 * 1024, timeout: 3_000 };

/**
 * The code of `wx.login()` in the body of a request, `{ code }`: as a body parser left it, or as JSON from the stream. `undefined`
 * where there is none, or it cannot be one.
 *
 * @throws {WxpayError} `ERR_WXPAY_BODY_TOO_LARGE`, `ERR_WXPAY_BODY_TIMEOUT`, `ERR_WXPAY_BAD_REQUEST` (the sender hung up)
 */
export async function codeIn(ctx: Context): Promise<string | undefined> {
  const { body } = ctx.request as { body?: unknown };
  const code = isObject(body) ? body.code : await codeInStream(ctx);
  return typeof code === 'string' && /^[\x21-\x7e]{1,512}$/.test(code) ? code : undefined;
}

const codeInStream = async (ctx: Context): Promise<unknown> =>
  ctx.req.readableDidRead ? undefined : readObject(await rawBody(ctx, BODY))?.code;
