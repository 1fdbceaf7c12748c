import type { Context } from 'koa';
import { WxpayError } from '../core/errors.js';
import { ACKNOWLEDGED, REFUSED } from '../core/v2/reply.js';

export interface NotifyAnswer {
  status: number;
  type?: 'text/xml' | 'application/json';
  body?: string;
}

/** v2 is answered in XML, v3 in JSON; before a byte is read the content type decides. */
export type Dialect = 'v2' | 'v3';

export const dialectOf = (body: Buffer | undefined, ctx: Context): Dialect => {
  if (body?.length) return body[0] === 0x3c ? 'v2' : 'v3';
  return /xml/i.test(ctx.get('content-type')) ? 'v2' : 'v3';
};

export const acknowledged = (dialect: Dialect): NotifyAnswer =>
  dialect === 'v2' ? { status: 200, type: 'text/xml', body: ACKNOWLEDGED } : { status: 204 };

/** One fixed text for every refusal: the reason goes to the log, never to the sender. Anything unknown is a 500, so that WeChat asks again. */
export function refused(dialect: Dialect, error: unknown): NotifyAnswer {
  const status = error instanceof WxpayError && error.status >= 400 ? error.status : 500;
  return dialect === 'v2'
    ? { status, type: 'text/xml', body: REFUSED }
    : { status, type: 'application/json', body: '{"code":"FAIL","message":"失败"}' };
}

/** Hands the answer to Koa: the status before the body, which alone would mean 200. */
export function reply(ctx: Context, answer: NotifyAnswer): void {
  ctx.status = answer.status;
  ctx.body = answer.body ?? null;
  ctx.status = answer.status;
  if (answer.type) ctx.type = answer.type;
  // the rest of this body is not wanted
  if (answer.status === 408 || answer.status === 413) ctx.set('Connection', 'close');
  watch(ctx, answer);
}

/** Past Koa: nothing that still runs above or below can change or delay this one. */
export function replyNow(ctx: Context, answer: NotifyAnswer): void {
  ctx.respond = false;
  const { res } = ctx;
  if (res.headersSent || res.writableEnded) return;
  for (const name of res.getHeaderNames()) res.removeHeader(name);
  res.writeHead(answer.status, {
    ...(answer.type && { 'content-type': `${answer.type}; charset=utf-8` }),
    connection: 'close',
  });
  res.end(answer.body);
}

/** A middleware above may rewrite the answer; WeChat then learns something else than was decided. */
function watch(ctx: Context, answer: NotifyAnswer): void {
  ctx.res.once('finish', () => {
    const sameBody = (ctx.body ?? undefined) === answer.body;
    if (ctx.res.statusCode === answer.status && sameBody) return;
    const what = `HTTP ${ctx.res.statusCode}${sameBody ? '' : ' with another body'} instead of ${answer.status}`;
    ctx.app.emit(
      'error',
      new WxpayError(
        'ERR_WXPAY_ANSWER_OVERRIDDEN',
        `a middleware above wxNotify sent ${what}: exclude ${ctx.path} from it`,
      ),
      ctx,
    );
  });
}
