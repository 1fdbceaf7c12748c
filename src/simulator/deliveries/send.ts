import { request as plain } from 'node:http';
import { request as secure } from 'node:https';

/** The bytes of one attempt. */
export interface Envelope {
  method: 'POST' | 'HEAD' | 'GET';
  headers: Record<string, string | string[]>;
  body: Buffer;
  /** Without `Content-Length`. */
  chunked?: boolean;
}

const REPLY_LIMIT = 64 * 1024;

/** One request with one time-out from the first byte to the last; redirects are answers like any other. */
export function send(
  url: string,
  { method, headers, body, chunked = false }: Envelope,
  { timeout, insecure }: { timeout: number; insecure: boolean },
): Promise<{ status: number; reply: Buffer }> {
  return new Promise((resolve, reject) => {
    const target = new URL(url);
    const tls = target.protocol === 'https:';
    const length = chunked || method !== 'POST' ? {} : { 'content-length': String(body.length) };
    const options = { method, headers: { ...headers, ...length }, agent: false as const };
    const outgoing = tls ? secure(target, { ...options, rejectUnauthorized: !insecure }) : plain(target, options);
    const timer = setTimeout(() => outgoing.destroy(new Error(`no answer in ${timeout} ms`)), timeout);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > REPLY_LIMIT) outgoing.destroy(new Error(`a reply of more than ${REPLY_LIMIT} bytes`));
        else chunks.push(chunk);
      });
      incoming.on('error', fail);
      incoming.on('end', () => {
        clearTimeout(timer);
        resolve({ status: incoming.statusCode ?? 0, reply: Buffer.concat(chunks) });
      });
    });
    if (method === 'POST') {
      // two writes make Node choose chunked transfer when no length is given
      outgoing.write(body.subarray(0, body.length >> 1));
      outgoing.end(body.subarray(body.length >> 1));
    } else {
      outgoing.end();
    }
  });
}
