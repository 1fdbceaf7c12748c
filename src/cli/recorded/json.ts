import { z } from 'zod';
import type { Recorded } from '../../explain/types.js';
import { pathOf } from './http.js';

const value = z.union([z.string(), z.array(z.string())]);
/** Header objects of Node.js and of most logs, or the lists of HAR files. */
const headers = z.union([z.record(z.string(), value), z.array(z.object({ name: z.string(), value: z.string() }))]);

const message = z.looseObject({
  method: z.string().optional(),
  url: z.string().optional(),
  path: z.string().optional(),
  target: z.string().optional(),
  status: z.number().optional(),
  headers,
  /** The text that travelled. An object is refused: printed again it would be another text. */
  body: z.string().optional(),
  bodyBase64: z.string().optional(),
  postData: z.object({ text: z.string() }).optional(),
});

/** Reads a message from JSON; `undefined` when it is none. */
export function readJsonMessage(json: string): Recorded | undefined {
  const read = message.safeParse(parsed(json));
  if (!read.success) return undefined;
  const { method, url, path, target = path ?? url, status, body, bodyBase64, postData } = read.data;
  const bytes =
    bodyBase64 === undefined ? Buffer.from(body ?? postData?.text ?? '') : Buffer.from(bodyBase64, 'base64');
  return {
    ...(method !== undefined && { method: method.toUpperCase() }),
    ...(target !== undefined && { target: pathOf(target) }),
    ...(status !== undefined && { status }),
    headers: headersOf(read.data.headers),
    body: bytes,
  };
}

function parsed(json: string): unknown {
  try {
    const whole: unknown = JSON.parse(json);
    const { request } = (whole ?? {}) as { request?: unknown };
    // An entry of a HAR file.
    return typeof request === 'object' && request !== null ? request : whole;
  } catch {
    return undefined;
  }
}

function headersOf(given: z.infer<typeof headers>): Record<string, string[]> {
  const pairs = Array.isArray(given)
    ? given.map(({ name, value }) => [name, value] as const)
    : Object.entries(given).flatMap(([name, values]) => [values].flat().map((each) => [name, each] as const));
  const read: Record<string, string[]> = {};
  for (const [name, each] of pairs) read[name.toLowerCase()] = [...(read[name.toLowerCase()] ?? []), each];
  return read;
}
