import type { Recorded } from '../../explain/types.js';
import { UsageError } from '../usage.js';
import { readHttp } from './http.js';
import { readJsonMessage } from './json.js';

/**
 * Reads a message that was recorded: as it travelled over HTTP, as JSON, or as the bare XML of API v2.
 *
 * @param name what to call it in errors
 * @throws {UsageError} it is none of these
 */
export function readMessage(bytes: Buffer, name: string): Recorded {
  const start = bytes
    .subarray(0, 512)
    .toString()
    .replace(/^\ufeff/, '')
    .trimStart();
  if (start.startsWith('<')) return { method: 'POST', headers: {}, body: withoutFinalLineEnd(bytes) };
  const message = start.startsWith('{') ? readJsonMessage(bytes.toString()) : readHttp(bytes);
  if (message) return message;
  throw new UsageError(
    `${name} is no message: give it as it travelled (POST /path HTTP/1.1, headers, an empty line, the body), as JSON with method, ` +
      'url, headers and body, or as the XML of API v2',
  );
}

/** Editors end a file with a line feed that was not part of the message. XML does not need it. */
const withoutFinalLineEnd = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.toString('latin1').replace(/\r?\n$/, ''), 'latin1');
