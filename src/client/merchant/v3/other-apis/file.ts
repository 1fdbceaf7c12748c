import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { types } from 'node:util';
import { sha256Hex } from '../../../../core/crypto/digest.js';
import { mustBe } from '../../../../util/options.js';

/** A stream must be held in memory: its digest is sent before it. */
const MOST_COLLECTED = 16 * 1024 * 1024;

/** A file whose digest is known, and whose bytes can still be read. */
export interface OpenedFile {
  /** The name in its path; a file that is given as bytes has none. */
  name: string | undefined;
  sha256: string;
  length: number;
  read(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** @throws {TypeError} no file, or one that cannot be read */
export async function openFile(file: unknown): Promise<OpenedFile> {
  if (typeof file === 'string') return fromPath(file);
  if (types.isUint8Array(file)) return fromBytes(file);
  if (typeof file === 'object' && file !== null && Symbol.asyncIterator in file) {
    return fromBytes(await collected(file as AsyncIterable<unknown>));
  }
  throw mustBe('file', 'the path of a file, a Buffer, or a stream of bytes');
}

async function fromPath(path: string): Promise<OpenedFile> {
  const { sha256, length } = await digestOf(path);
  return { name: basename(path), sha256, length, read: () => createReadStream(path) };
}

async function digestOf(path: string): Promise<{ sha256: string; length: number }> {
  const hash = createHash('sha256');
  let length = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      length += chunk.length;
    }
  } catch (cause) {
    throw new TypeError(`"file" cannot be read: ${(cause as NodeJS.ErrnoException).code}`, { cause });
  }
  return { sha256: hash.digest('hex'), length };
}

function fromBytes(bytes: Uint8Array): OpenedFile {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { name: undefined, sha256: sha256Hex(buffer), length: buffer.length, read: () => [buffer] };
}

async function collected(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    if (!types.isUint8Array(chunk)) throw mustBe('file', 'a stream of bytes, not of text or objects');
    size += chunk.length;
    if (size > MOST_COLLECTED) throw mustBe('file', `at most ${MOST_COLLECTED} bytes as a stream: give its path`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
