import { setTimeout as sleep } from 'node:timers/promises';
import type { SimAnswer } from './http.js';
import type { ApiFault } from './switches.js';

const BAD_GATEWAY =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n';

/** The faults of the transport around one answer; those of the message (`systemError`, `badSignature`) are its author's. */
export async function applyFault(
  fault: ApiFault | undefined,
  process: () => Promise<SimAnswer> | SimAnswer,
): Promise<SimAnswer> {
  if (!fault) return process();
  if (fault.latency) await sleep(fault.latency, undefined, { ref: false });
  if (fault.resetBefore) return 'destroy';
  if (fault.badGateway) return { status: 502, headers: { 'content-type': 'text/html' }, body: BAD_GATEWAY };
  const answer = await process();
  if (fault.resetAfter || answer === 'destroy') return 'destroy';
  if (!(fault.truncated || fault.slowBody)) return answer;
  if (answer.body !== undefined && !isWhole(answer.body)) {
    return fault.truncated ? { ...answer, body: firstHalf(answer.body) } : answer;
  }
  const body = Buffer.from(answer.body ?? '');
  return {
    ...answer,
    headers: { ...answer.headers, 'content-length': String(body.length) },
    body: fault.truncated ? half(body) : drip(body, fault.slowBody ?? 0),
  };
}

const isWhole = (body: string | Uint8Array | AsyncIterable<Uint8Array>): body is string | Uint8Array =>
  typeof body === 'string' || body instanceof Uint8Array;

async function* half(body: Buffer): AsyncIterable<Uint8Array> {
  yield body.subarray(0, body.length >> 1);
  // what was written must leave before the connection ends
  await sleep(20);
  throw new Error('truncated');
}

/** Of the first piece: how long a file will be, nobody knows. */
async function* firstHalf(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const piece of body) yield* half(Buffer.from(piece));
}

async function* drip(body: Buffer, pause: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < body.length; at++) {
    yield body.subarray(at, at + 1);
    await sleep(pause, undefined, { ref: false });
  }
}
