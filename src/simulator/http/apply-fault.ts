import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiFault } from '../scenarios/api-faults.js';
import type { SimAnswer } from './types.js';

/** The page of a web server in front of the API. */
const errorPage = (status: number, text: string): SimAnswer => ({
  status,
  headers: { 'Content-Type': 'text/html' },
  body: [
    '<html>',
    `<head><title>${status} ${text}</title></head>`,
    '<body>',
    `<center><h1>${status} ${text}</h1></center>`,
    '<hr><center>nginx</center>',
    '</body>',
    '</html>',
    '',
  ].join('\r\n'),
});

/**
 * Applies the faults of the transport to one answer. Faults of the message, such as `systemError`
 * and `badSignature`, are applied by the endpoint that writes it.
 */
export async function applyFault(
  fault: ApiFault | undefined,
  handle: () => Promise<SimAnswer> | SimAnswer,
): Promise<SimAnswer> {
  if (!fault) return handle();
  if (fault.latency) await sleep(fault.latency, undefined, { ref: false });
  if (fault.resetBefore) return 'destroy';
  if (fault.badGateway) return errorPage(502, 'Bad Gateway');
  if (fault.unavailable) return errorPage(503, 'Service Temporarily Unavailable');
  const answer = await handle();
  if (fault.resetAfter || answer === 'destroy') return 'destroy';
  if (!(fault.truncated || fault.slowBody)) return answer;
  if (answer.body !== undefined && !isWhole(answer.body)) {
    return fault.truncated ? { ...answer, body: firstHalf(answer.body) } : answer;
  }
  const body = Buffer.from(answer.body ?? '');
  return {
    ...answer,
    headers: { ...answer.headers, 'Content-Length': String(body.length) },
    body: fault.truncated ? half(body) : slowly(body, fault.slowBody ?? 0),
  };
}

type Body = string | Uint8Array | AsyncIterable<Uint8Array>;

const isWhole = (body: Body): body is string | Uint8Array =>
  typeof body === 'string' || body instanceof Uint8Array;

async function* half(body: Buffer): AsyncIterable<Uint8Array> {
  yield body.subarray(0, body.length >> 1);
  // Let the first half leave the socket before the connection is closed.
  await sleep(20);
  throw new Error('truncated');
}

/** Cuts a streamed body off in its first chunk: its whole length is not known in advance. */
async function* firstHalf(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const chunk of body) yield* half(Buffer.from(chunk));
}

async function* slowly(body: Buffer, pause: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < body.length; at++) {
    yield body.subarray(at, at + 1);
    await sleep(pause, undefined, { ref: false });
  }
}
