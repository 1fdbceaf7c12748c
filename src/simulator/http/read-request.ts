import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { SimRequest } from './types.js';

/** A request that is not logged yet. */
export type BareRequest = Omit<SimRequest, 'record'>;

const BODY_LIMIT = 4 * 1024 * 1024;

/** Percent-decodes `text`, or returns it unchanged when it is malformed. */
export const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Reads the whole request; `undefined` when its body is larger than 4 MiB. */
export async function readRequest(raw: IncomingMessage): Promise<BareRequest | undefined> {
  const body = await readBody(raw);
  if (!body) return undefined;
  const target = raw.url ?? '/';
  const at = target.indexOf('?');
  return {
    method: raw.method ?? 'GET',
    path: at < 0 ? target : target.slice(0, at),
    query: new URLSearchParams(at < 0 ? '' : target.slice(at + 1)),
    params: {},
    headers: raw.headersDistinct,
    cookies: readCookies(raw.headers.cookie ?? ''),
    body,
    host: raw.headers.host ?? '',
    remoteAddress: raw.socket.remoteAddress ?? '',
    ...tlsFacts(raw.socket),
    raw,
  };
}

async function readBody(raw: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of raw as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tlsFacts(socket: Socket): Pick<SimRequest, 'secure' | 'certificate'> {
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
      .map((pair) => {
        const at = pair.indexOf('=');
        return [pair.slice(0, at), decode(pair.slice(at + 1))];
      }),
  );
