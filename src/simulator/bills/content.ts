import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setImmediate as immediate } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { LINE_END, type Lines } from './lines.js';

const CHUNK = 64 * 1024;
const BOM = '\ufeff';

/** The bytes of a bill in chunks. Between two chunks, other work can go on. */
async function* chunksOf(lines: Lines): AsyncGenerator<Buffer> {
  let text = BOM;
  for (const line of lines()) {
    if (typeof line === 'string') {
      text += line + LINE_END;
      if (text.length < CHUNK) continue;
    }
    yield Buffer.from(text);
    text = '';
    if (typeof line !== 'string') yield line;
    await immediate();
  }
  if (text !== '') yield Buffer.from(text);
}

/** A bill as it is sent. */
export const contentOf = (lines: Lines, gzip: boolean): AsyncIterable<Buffer> =>
  gzip ? Readable.from(chunksOf(lines)).pipe(createGzip()) : chunksOf(lines);

/** The SHA-1 of these bytes in hexadecimal. */
export async function sha1Of(content: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha1');
  for await (const chunk of content) hash.update(chunk);
  return hash.digest('hex');
}
