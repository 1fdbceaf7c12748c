import { createHash, type Hash } from 'node:crypto';
import { finished } from 'node:stream/promises';
import { createGunzip, type Gunzip } from 'node:zlib';
import { WxpayError } from '../../../../core/errors.js';

/** The hash that WeChat gave with the address of a file. */
export interface ExpectedHash {
  hash_type: string;
  /** Lower-case hex. */
  hash_value: string;
}

/**
 * The chunks of a file as they arrive. The last one is handed on only if the hash is the expected one, so that whoever overlooks
 * the error has not got the whole file. As for bills, the hash may be that of the file before it was compressed.
 *
 * @throws {WxpayError} `ERR_WXPAY_BAD_ANSWER` (502)
 */
export async function* checkedFile(
  operation: string,
  chunks: AsyncIterable<Buffer>,
  expected: ExpectedHash | undefined,
): AsyncGenerator<Buffer> {
  if (!expected) {
    yield* chunks;
    return;
  }
  const { hash_type, hash_value } = expected;
  const digests = new Digests(hash_type.toLowerCase());
  let held: Buffer | undefined;
  try {
    for await (const chunk of chunks) {
      await digests.update(chunk);
      if (held) yield held;
      held = chunk;
    }
    if (!(await digests.end()).includes(hash_value)) {
      const message = `${operation}: the file is not the one that WeChat described: its ${hash_type} differs`;
      throw new WxpayError('ERR_WXPAY_BAD_ANSWER', message, { status: 502 });
    }
  } finally {
    digests.close();
  }
  if (held) yield held;
}

/** The digest of the bytes as they travel and, where they are compressed, of what they stand for. */
class Digests {
  readonly #travelled: Hash;
  readonly #plain: Hash;
  /** The first bytes, until there are enough to recognise gzip. */
  #head: Buffer | undefined = Buffer.alloc(0);
  #gunzip: Gunzip | undefined;
  #goOn = (): void => {};

  constructor(algorithm: string) {
    this.#travelled = createHash(algorithm);
    this.#plain = createHash(algorithm);
  }

  async update(chunk: Buffer): Promise<void> {
    this.#travelled.update(chunk);
    if (!this.#head) return this.#decompress(chunk);
    const head = Buffer.concat([this.#head, chunk]);
    this.#head = head.length < 2 ? head : undefined;
    if (this.#head) return;
    if (head[0] === 0x1f && head[1] === 0x8b) this.#gunzip = this.#startGunzip();
    await this.#decompress(head);
  }

  /** Every digest that WeChat may have meant. */
  async end(): Promise<string[]> {
    const travelled = this.#travelled.digest('hex');
    if (!this.#gunzip) return [travelled];
    try {
      await finished(this.#gunzip.end());
      return [travelled, this.#plain.digest('hex')];
    } catch {
      return [travelled]; // it begins like gzip and is none
    }
  }

  close(): void {
    this.#gunzip?.destroy();
  }

  #startGunzip(): Gunzip {
    const gunzip = createGunzip();
    gunzip.on('data', (plain: Buffer) => this.#plain.update(plain));
    // A gunzip that fails calls no callback of write().
    gunzip.on('error', () => this.#goOn());
    return gunzip;
  }

  /** Resolves when the chunk was worked through, or cannot be. */
  #decompress(chunk: Buffer): Promise<void> | undefined {
    const gunzip = this.#gunzip;
    if (!gunzip || gunzip.destroyed) return undefined;
    return new Promise((resolve) => {
      this.#goOn = resolve;
      gunzip.write(chunk, () => resolve());
    });
  }
}
