import type { Context } from 'koa';
import { WxpayError } from '../core/errors.js';
import { ACKNOWLEDGED, REFUSED } from '../core/v2/reply.js';
import { printable } from '../util/printable.js';
import { emit } from './emit.js';

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

export interface Answering {
  /** Hands the answer to Koa, unless one has been sent. */
  reply(answer: NotifyAnswer): void;
  /** Past Koa: nothing that still runs above or below can change or delay this one. */
  replyNow(answer: NotifyAnswer): void;
}

/**
 * Answers, and watches from the start what really leaves: a middleware above may rewrite the answer, one with a time-out or a
 * handler may send its own before anything is decided. WeChat then learns something else than was decided.
 */
export function answering(ctx: Context): Answering {
  const { res } = ctx;
  const fromAbove = new Set(Object.keys(ctx.response.headers));
  let decided: NotifyAnswer | undefined;
  let written = false;

  const overridden = (): void => {
    const [when, remedy] = decided
      ? [`instead of ${decided.status}`, 'keep other middlewares and the handler from answering']
      : [
          'before anything was decided',
          'every middleware above wxNotify must wait for it with "await next()", and must not answer',
        ];
    const message = `HTTP ${res.statusCode} left ${when}: ${remedy} ${printable(ctx.path)}`;
    emit(ctx, new WxpayError('ERR_WXPAY_ANSWER_OVERRIDDEN', message));
  };
  res.once('finish', () => {
    if (written || (decided && res.statusCode === decided.status && (ctx.body ?? undefined) === decided.body)) return;
    overridden();
  });

  if (res.writableFinished) overridden();

  return {
    reply(answer) {
      if (written) return;
      decided = answer;
      // a handler's Content-Encoding or Location is not about this answer
      for (const name of Object.keys(ctx.response.headers)) if (!fromAbove.has(name)) ctx.remove(name);
      // the status first: a body alone would mean 200
      ctx.status = answer.status;
      ctx.body = answer.body ?? null;
      ctx.status = answer.status;
      if (answer.type) ctx.type = answer.type;
    },
    replyNow(answer) {
      decided = answer;
      ctx.respond = false;
      if (res.writableEnded) return;
      if (res.headersSent) {
        // somebody else's status is out, and nobody will end what he began
        overridden();
        res.destroy();
        return;
      }
      written = true;
      for (const name of Object.keys(ctx.response.headers)) res.removeHeader(name);
      res.writeHead(answer.status, {
        ...(answer.type && { 'content-type': `${answer.type}; charset=utf-8` }),
        ...(answer.body !== undefined && { 'content-length': Buffer.byteLength(answer.body) }),
        ...(answer.status === 405 && { allow: 'POST' }),
        // What is refused may not have been read. HTTP/2 knows no such header.
        ...(answer.status >= 400 && !(Number(ctx.req.httpVersionMajor) > 1) && { connection: 'close' }),
      });
      res.end(answer.body);
    },
  };
}
