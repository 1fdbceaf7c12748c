import type { Context } from 'koa';
import getRawBody from 'raw-body';
import { WxpayError } from '../core/errors.js';
import { TIMED_OUT, withTimeout } from '../util/with-timeout.js';

export interface BodyLimits {
  /** Bytes, counted while reading. */
  limit: number;
  /** Milliseconds. */
  timeout: number;
}

/**
 * The bytes that arrived, wherever this middleware is mounted: from the stream if nothing has read it, else what a body parser
 * kept unchanged. Never a body serialised again.
 *
 * @throws {WxpayError} `ERR_WXPAY_BODY_TOO_LARGE`, `ERR_WXPAY_BODY_TIMEOUT`, `ERR_WXPAY_BAD_REQUEST` (the sender hung up),
 * `ERR_WXPAY_RAW_BODY_UNAVAILABLE`
 */
export async function rawBody(ctx: Context, { limit, timeout }: BodyLimits): Promise<Buffer> {
  const body = ctx.req.readableDidRead ? keptBody(ctx) : await readBody(ctx, limit, timeout);
  if (body.length > limit) throw tooLarge(limit);
  return body;
}

async function readBody(ctx: Context, limit: number, timeout: number): Promise<Buffer> {
  const reading = getRawBody(ctx.req, { limit });
  // It may fail after the time is up, when it is no longer awaited.
  reading.catch(() => {});
  const body = await withTimeout(reading, timeout).catch((error: unknown) => unreadable(error, limit));
  if (body === TIMED_OUT) {
    throw new WxpayError('ERR_WXPAY_BODY_TIMEOUT', `the body did not arrive within ${timeout} ms`, { status: 408 });
  }
  // koa-bodyparser and @koa/bodyparser further down would wait for a stream that has ended.
  ctx.disableBodyParser = true;
  return body;
}

function unreadable(error: unknown, limit: number): never {
  const { type } = error as { type?: string };
  if (type === 'entity.too.large') throw tooLarge(limit);
  const message = `the body could not be read: ${type ?? 'unknown reason'}`;
  throw new WxpayError('ERR_WXPAY_BAD_REQUEST', message, { status: 400 });
}

/** What a body parser kept of the bytes it read. */
function keptBody(ctx: Context): Buffer {
  for (const kept of keptBy(ctx)) {
    if (kept instanceof Uint8Array) return Buffer.from(kept);
    // The parser writes U+FFFD for bytes that are not UTF-8: the bytes that were signed are lost.
    if (typeof kept === 'string' && !kept.includes('\ufffd')) return Buffer.from(kept);
  }
  throw new WxpayError(
    'ERR_WXPAY_RAW_BODY_UNAVAILABLE',
    'a body parser read the notification and kept no bytes to verify: mount wxNotify before the body parser, or exclude its ' +
      'path from it (koa-body: set includeUnparsed: true)',
  );
}

/** Where koa-body 4 to 6 keep the text, with `includeUnparsed: true`. */
const UNPARSED = Symbol.for('unparsedBody');

/**
 * Body parsers write to Koa's request, or to Node's (koa-body's `patchNode`, serverless platforms): to `rawBody`, beside the
 * parsed body, or, where they parse nothing, to `body` itself.
 */
function* keptBy({ request, req }: Context): Generator<unknown> {
  for (const { rawBody, body } of [request, req] as { rawBody?: unknown; body?: { [UNPARSED]?: unknown } }[]) {
    yield rawBody;
    yield body?.[UNPARSED];
    yield body;
  }
}

const tooLarge = (limit: number): WxpayError =>
  new WxpayError('ERR_WXPAY_BODY_TOO_LARGE', `the body is longer than ${limit} bytes`, { status: 413 });
