import type { Recorded } from '../../explain/types.js';
import { pathOf } from './http.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a message from JSON; `undefined` when it is none. The body must be the text that travelled: an object that is printed again
 * would be another text.
 */
export function readJsonMessage(json: string): Recorded | undefined {
  const message = messageIn(json);
  const headers = readHeaders(message?.headers);
  if (!(message && headers)) return undefined;
  const { method, path = message.url, target = path, status } = message;
  const body = bodyOf(message);
  if (body === undefined) return undefined;
  return {
    ...(typeof method === 'string' && { method: method.toUpperCase() }),
    ...(typeof target === 'string' && { target: pathOf(target) }),
    ...(typeof status === 'number' && { status }),
    headers,
    body,
  };
}

function messageIn(json: string): Json | undefined {
  try {
    const whole: unknown = JSON.parse(json);
    if (!isObject(whole)) return undefined;
    // An entry of a HAR file.
    return isObject(whole.request) ? whole.request : whole;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text, `bodyBase64`, the `body` of the simulator's interface, or the `postData` of HAR files. */
function bodyOf({ body, bodyBase64, postData }: Json): Buffer | undefined {
  if (typeof bodyBase64 === 'string') return Buffer.from(bodyBase64, 'base64');
  if (isObject(body)) {
    if (typeof body.base64 === 'string') return Buffer.from(body.base64, 'base64');
    return typeof body.text === 'string' ? Buffer.from(body.text) : undefined;
  }
  const text = body ?? (isObject(postData) ? postData.text : undefined) ?? '';
  return typeof text === 'string' ? Buffer.from(text) : undefined;
}

/** Header objects of Node.js and of most logs, or the lists of HAR files. */
function readHeaders(given: unknown): Record<string, string[]> | undefined {
  if (!(isObject(given) || Array.isArray(given))) return undefined;
  const pairs = Array.isArray(given)
    ? given.map((each: unknown) => (isObject(each) ? [String(each.name), each.value] : ['', undefined]))
    : Object.entries(given).flatMap(([name, values]) => [values].flat().map((value) => [name, value]));
  const headers: Record<string, string[]> = {};
  for (const [name, value] of pairs as [string, unknown][]) {
    if (typeof value !== 'string') return undefined;
    headers[name.toLowerCase()] = [...(headers[name.toLowerCase()] ?? []), value];
  }
  return headers;
}
