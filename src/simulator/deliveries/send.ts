import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { Envelope } from './envelope.js';

const REPLY_LIMIT = 64 * 1024;

/**
 * Sends one request. Redirects are not followed.
 *
 * @param options.timeout real milliseconds for the whole exchange
 * @param options.insecure accepts any TLS certificate
 */
export function send(
  url: string,
  { method, headers, body, chunked = false }: Envelope,
  { timeout, insecure }: { timeout: number; insecure: boolean },
): Promise<{ status: number; reply: Buffer }> {
  return new Promise((resolve, reject) => {
    const target = new URL(url);
    const length = chunked || method !== 'POST' ? {} : { 'Content-Length': String(body.length) };
    const options = { method, headers: { ...headers, ...length }, agent: false as const };
    const outgoing =
      target.protocol === 'https:'
        ? requestSecure(target, { ...options, rejectUnauthorized: !insecure })
        : requestPlain(target, options);
    const timer = setTimeout(
      () => outgoing.destroy(new Error(`no answer within ${timeout} ms`)),
      timeout,
    );
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
        if (size <= REPLY_LIMIT) chunks.push(chunk);
        else outgoing.destroy(new Error(`the reply is larger than ${REPLY_LIMIT} bytes`));
      });
      incoming.on('error', fail);
      incoming.on('end', () => {
        clearTimeout(timer);
        resolve({ status: incoming.statusCode ?? 0, reply: Buffer.concat(chunks) });
      });
    });
    if (method !== 'POST') return void outgoing.end();
    // Two writes make Node choose a chunked transfer when no length is given.
    outgoing.write(body.subarray(0, body.length >> 1));
    outgoing.end(body.subarray(body.length >> 1));
  });
}
