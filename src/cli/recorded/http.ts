import type { Recorded } from '../../explain/types.js';

const REQUEST_LINE = /^([A-Z]+) (\S+)(?: HTTP\/[\d.]+)?$/;
const STATUS_LINE = /^HTTP\/[\d.]+ (\d{3})/;

/** Reads a message as HTTP/1.1 writes it; `undefined` when it is none. Line ends of the head may be those of any editor. */
export function readHttp(bytes: Buffer): Recorded | undefined {
  const { head, body } = split(bytes);
  const [first = '', ...lines] = head.split(/\r?\n/);
  const headers = readHeaders(lines);
  if (!headers) return undefined;
  const status = STATUS_LINE.exec(first)?.[1];
  const whole = { headers, body: trimmed(body, headers['content-length']?.[0]) };
  if (status !== undefined) return { status: Number(status), ...whole };
  const [, method, target] = REQUEST_LINE.exec(first) ?? [];
  return method !== undefined && target !== undefined ? { method, target: pathOf(target), ...whole } : undefined;
}

/** The head ends with the first empty line; a message may consist of a head alone. */
function split(bytes: Buffer): { head: string; body: Buffer } {
  const text = bytes.toString('latin1');
  const end = /\r?\n\r?\n/.exec(text);
  if (!end) return { head: bytes.toString().trimEnd(), body: Buffer.alloc(0) };
  return { head: bytes.subarray(0, end.index).toString(), body: bytes.subarray(end.index + end[0].length) };
}

function readHeaders(lines: readonly string[]): Record<string, string[]> | undefined {
  const headers: Record<string, string[]> = {};
  for (const line of lines.filter((each) => each !== '')) {
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return undefined;
    headers[name.toLowerCase()] = [...(headers[name.toLowerCase()] ?? []), value];
  }
  return headers;
}

/** `Content-Length` tells the body from the line feed with which an editor ends a file. */
function trimmed(body: Buffer, length: string | undefined): Buffer {
  const rest = body.subarray(Number(length)).toString('latin1');
  return length !== undefined && /^\r?\n$/.test(rest) ? body.subarray(0, Number(length)) : body;
}

/** A proxy records the whole address. */
export function pathOf(target: string): string {
  if (!/^https?:\/\//.test(target) || !URL.canParse(target)) return target;
  return target.replace(/^https?:\/\/[^/?]*/, '').replace(/^(?!\/)/, '/');
}
