import type { Middleware } from 'koa';

/** The longest id (an out_refund_no), and the longest value of a form or query, callbacks of WeChat's login included. */
const LONGEST_SEGMENT = 64;
const LONGEST_VALUE = 512;
/** None of the shop's forms has a field of several lines. */
const CONTROL = /\p{Cc}/u;

/**
 * Refuses text that no page of this shop sends, before a route, a statement or WeChat is given it: PostgreSQL takes no NUL, and
 * broken percent-encoding reaches a route undecoded. Behind the body parser.
 */
export function plainInput(): Middleware {
  return async (ctx, next) => {
    const { rawBody = '' } = ctx.request as { rawBody?: string };
    const isPlain =
      ctx.path.split('/').every((segment) => isText(segment, LONGEST_SEGMENT)) &&
      [ctx.querystring, rawBody].every((fields) => valuesOf(fields).every((value) => isText(value, LONGEST_VALUE)));
    if (!isPlain) ctx.throw(400);
    await next();
  };
}

/** Names and values of `a=1&b=2`, still encoded. */
const valuesOf = (fields: string): string[] => fields.replaceAll('+', ' ').split(/[&=]/);

function isText(encoded: string, longest: number): boolean {
  try {
    const text = decodeURIComponent(encoded);
    return text.length <= longest && !CONTROL.test(text);
  } catch {
    return false;
  }
}
