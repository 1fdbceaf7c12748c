import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { SimAnswer, SimRequest } from './http.js';

const BODY_LIMIT = 4 * 1024 * 1024;

/** Percent-decoded, or as it is when it cannot be. */
export const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** The whole request; undefined when its body is larger than 4 MiB. */
export async function readRequest(raw: IncomingMessage): Promise<SimRequest | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of raw as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) return undefined;
    chunks.push(chunk);
  }
  const target = raw.url ?? '/';
  const at = target.indexOf('?');
  return {
    method: raw.method ?? 'GET',
    path: at < 0 ? target : target.slice(0, at),
    query: new URLSearchParams(at < 0 ? '' : target.slice(at + 1)),
    params: {},
    headers: raw.headersDistinct,
    cookies: readCookies(raw.headers.cookie ?? ''),
    body: Buffer.concat(chunks),
    host: raw.headers.host ?? '',
    remoteAddress: raw.socket.remoteAddress ?? '',
    ...shown(raw.socket),
    raw,
  };
}

/** What TLS tells of the other side. */
function shown(socket: Socket): Pick<SimRequest, 'secure' | 'certificate'> {
  if (!(socket instanceof TLSSocket)) return { secure: false };
  const { raw } = socket.getPeerCertificate();
  return raw ? { secure: true, certificate: raw } : { secure: true };
}

const readCookies = (header: string): Map<string, string> =>
  new Map(
    header
      .split(';')
      .map((pair) => pair.trim())
      .filter((pair) => pair.includes('='))
      .map((pair) => [pair.slice(0, pair.indexOf('=')), decode(pair.slice(pair.indexOf('=') + 1))]),
  );

/** Sends an answer: whole, dripping, cut off, or as a reset connection. */
export async function write(res: ServerResponse, answer: SimAnswer): Promise<void> {
  if (answer === 'destroy') return void res.socket?.resetAndDestroy();
  const { status, headers = {}, body = '' } = answer;
  res.statusCode = status;
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  if (typeof body === 'string' || body instanceof Uint8Array) return void res.end(body);
  try {
    for await (const chunk of body) {
      if (res.destroyed) return;
      if (!res.write(chunk)) await drained(res);
    }
    res.end();
  } catch {
    res.destroy();
  }
}

const drained = (res: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      res.off('drain', done).off('close', done);
      resolve();
    };
    res.on('drain', done).on('close', done);
  });
