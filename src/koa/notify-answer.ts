import type { Context } from 'koa';
import { WxpayError } from '../core/errors.js';
import type { NotificationReply } from '../core/reply.js';
import { printable } from '../util/printable.js';
import { emit } from './emit.js';

/** Every unknown error is a 500, so that WeChat sends the notification again. */
export const statusOf = (error: unknown): number =>
  error instanceof WxpayError && error.status >= 400 ? error.status : 500;

export interface Answering {
  /** Hands the answer to Koa, unless an answer has been sent. */
  reply(answer: NotificationReply): void;
  /** Sends the answer past Koa: no middleware that is still running can change or delay it. */
  replyNow(answer: NotificationReply): void;
}

/**
 * Answers the notification, and compares what leaves with what was decided: a middleware above may rewrite the answer, and one
 * with a time-out, or the handler, may answer before anything is decided.
 */
export function answering(ctx: Context): Answering {
  const { res } = ctx;
  const fromAbove = new Set(Object.keys(ctx.response.headers));
  let decided: NotificationReply | undefined;
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
      // Headers that the handler set, such as Content-Encoding or Location, do not describe this answer.
      for (const name of Object.keys(ctx.response.headers)) if (!fromAbove.has(name)) ctx.remove(name);
      // Set the status first: Koa turns a body without a status into a 200.
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
        // Another middleware has already sent headers and may never end the response: destroy the socket so that WeChat
        // sees a failure.
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
        // The body of a refused request may not have been read. HTTP/2 has no such header.
        ...(answer.status >= 400 && !(Number(ctx.req.httpVersionMajor) > 1) && { connection: 'close' }),
      });
      res.end(answer.body);
    },
  };
}
