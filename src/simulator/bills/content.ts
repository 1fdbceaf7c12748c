import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setImmediate as immediate } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { END, type Lines } from './lines.js';

const CHUNK = 64 * 1024;
const BOM = '\ufeff';

/** The bytes of a bill, a piece at a time; other work goes on in between. */
async function* plain(lines: Lines): AsyncGenerator<Buffer> {
  let text = BOM;
  for (const line of lines()) {
    if (typeof line === 'string') text += line + END;
    if (typeof line === 'string' && text.length < CHUNK) continue;
    yield Buffer.from(text);
    text = '';
    if (typeof line !== 'string') yield line;
    await immediate();
  }
  if (text !== '') yield Buffer.from(text);
}

/** A bill as it travels. */
export const contentOf = (lines: Lines, gzip: boolean): AsyncIterable<Buffer> =>
  gzip ? Readable.from(plain(lines)).pipe(createGzip()) : plain(lines);

/** SHA-1 of these bytes, hex. */
export async function sha1Of(content: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha1');
  for await (const chunk of content) hash.update(chunk);
  return hash.digest('hex');
}
