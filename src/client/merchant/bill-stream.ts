import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { BillReader } from '../../core/bills/reader.js';
import { WxpayError } from '../../core/errors.js';

/**
 * The rows of a bill as they arrive, compressed or not, in constant memory. A row counts only after the iteration has ended: hash
 * and sums come last, and an error after the last row says that none of it is to be believed.
 *
 * @param sha1 lower-case hex; of the bytes as they travelled or as they were before compression
 * @throws {WxpayError} `ERR_WXPAY_BILL`
 */
export async function* billRows<Row>(
  chunks: AsyncIterable<Buffer>,
  reader: BillReader<Row>,
  sha1?: string,
): AsyncGenerator<Row, void, undefined> {
  const travelled = createHash('sha1');
  const printed = createHash('sha1');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of plain(hashed(chunks, travelled))) {
    printed.update(chunk);
    yield* reader.push(decode(decoder, chunk));
  }
  yield* reader.push(decode(decoder));
  yield* reader.end();
  if (sha1 !== undefined && travelled.digest('hex') !== sha1 && printed.digest('hex') !== sha1) {
    throw new WxpayError('ERR_WXPAY_BILL', 'the bill is not the one WeChat described: its SHA-1 differs');
  }
}

async function* hashed(chunks: AsyncIterable<Buffer>, hash: { update(data: Buffer): unknown }): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Told by the bytes, not by what was asked for: no text begins like gzip. */
async function* plain(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < 2) {
    const { done, value } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const whole = prefixed(head, chunks);
  if (!(head[0] === 0x1f && head[1] === 0x8b)) {
    yield* whole;
    return;
  }
  // pipeline hands an error of the source on to whoever reads the other end
  const unzipped = pipeline(Readable.from(whole), createGunzip(), () => {});
  try {
    yield* unzipped as AsyncIterable<Buffer>;
  } catch (error) {
    throw error instanceof WxpayError ? error : broken('it does not decompress', error);
  }
}

async function* prefixed(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* rest;
}

function decode(decoder: InstanceType<typeof TextDecoder>, chunk?: Buffer): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch (cause) {
    throw broken('it is not UTF-8', cause);
  }
}

const broken = (reason: string, cause: unknown): WxpayError =>
  new WxpayError('ERR_WXPAY_BILL', `the bill is broken: ${reason}`, { cause });
