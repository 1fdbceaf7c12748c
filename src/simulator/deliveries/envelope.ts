import { gzipSync } from 'node:zlib';
import type { NotifyFault } from '../scenarios/notify-faults.js';
import type { Message } from './notification.js';

/** The request of one attempt. */
export interface Envelope {
  method: 'POST' | 'HEAD' | 'GET';
  headers: Record<string, string | string[]>;
  body: Buffer;
  /** Sends the body without `Content-Length`. */
  chunked?: boolean;
}

/** The request that carries a message, with the faults of the transport. */
export function envelopeOf({ headers, body }: Message, fault: NotifyFault): Envelope {
  if (fault.method) return { method: fault.method, headers: {}, body: Buffer.alloc(0) };
  const chunked = fault.chunked ?? false;
  if (!fault.gzip) return { method: 'POST', headers, body, chunked };
  const zipped = { ...headers, 'Content-Encoding': 'gzip' };
  return { method: 'POST', headers: zipped, body: gzipSync(body), chunked };
}
