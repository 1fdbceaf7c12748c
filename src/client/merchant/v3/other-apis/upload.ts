import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { TransportError } from '../../../../core/errors.js';
import { jsonText } from '../../../../core/other-apis/json-body.js';
import { checkApiPath } from '../../../../core/other-apis/path.js';
import type { Call } from '../../../../core/v3/merchant.js';
import { checkFilename, type Multipart, multipart } from '../../../../core/v3/multipart.js';
import { abortSignal } from '../../../../util/abort-signal.js';
import { MINUTE } from '../../../../util/clock.js';
import { randomNonce } from '../../../../util/nonce.js';
import { mustBe, optional, type Rules, readOptions } from '../../../../util/options.js';
import type { OtherApisV3, UploadMeta, UploadOptions } from '../../other-apis.js';
import type { ExchangeV3 } from '../exchange.js';
import { type OpenedFile, openFile } from './file.js';
import { answerOf, operationOf } from './request.js';

/** A video of 5 MB takes longer than a message. */
const TIMEOUT = MINUTE;

const RULES = { signal: optional(abortSignal) } satisfies Rules<UploadOptions>;

/** Makes `wxpay.upload`. */
export function createUpload({ send }: ExchangeV3): OtherApisV3['upload'] {
  return async (path, file, meta = {}, options = {}) => {
    checkApiPath('v3', path);
    const { signal } = readOptions('upload', options, RULES);
    checkMeta(meta);
    const opened = await openFile(file);
    const { filename, body } = signedMeta(opened, meta);
    const form = multipart(randomNonce(), body, filename);
    const call: Call = { operation: operationOf('POST', path), method: 'POST', path, body };
    const { type, head, tail } = form;
    const length = head.length + opened.length + tail.length;
    const content = Readable.from(contentOf(opened, form, call), { objectMode: false });
    // Never repeated: a second upload is a second file at WeChat, and a stream can be sent only once.
    const how = { repeatable: false, timeout: TIMEOUT, signal, form: { type, length, content } };
    return answerOf(call, await send(call, how));
  };
}

function checkMeta(meta: unknown): asserts meta is UploadMeta {
  if (typeof meta !== 'object' || meta === null || Array.isArray(meta)) {
    throw mustBe('meta', 'an object such as { filename: "licence.jpg" }');
  }
}

/** The text that is signed, and sent as the part `meta`. */
function signedMeta({ name, sha256 }: OpenedFile, meta: UploadMeta): { filename: string; body: string } {
  const filename = checkFilename(meta.filename ?? name);
  if (meta.sha256 !== undefined && String(meta.sha256).toLowerCase() !== sha256) {
    throw mustBe('meta.sha256', 'the SHA-256 of the file in hex; it is computed where it is left out');
  }
  return { filename, body: jsonText({ ...meta, filename, sha256 }) };
}

async function* contentOf({ sha256, read }: OpenedFile, { head, tail }: Multipart, { operation }: Call) {
  yield head;
  const hash = createHash('sha256');
  for await (const chunk of read()) {
    hash.update(chunk);
    yield chunk;
  }
  // Before the end of the form: WeChat never has the whole of it.
  if (hash.digest('hex') !== sha256) throw new TransportError(`${operation}: the file changed while it was being sent`);
  yield tail;
}
