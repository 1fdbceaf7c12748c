import type { ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { SimAnswer } from './types.js';

/** Sends an answer, or resets the connection. Header names keep the spelling they have. */
export async function writeAnswer(res: ServerResponse, answer: SimAnswer): Promise<void> {
  if (answer === 'destroy') return reset(res);
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

/** Resets the connection. One with TLS can only be closed. */
function reset({ socket }: ServerResponse): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket?.resetAndDestroy();
}

const drained = (res: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      res.off('drain', done).off('close', done);
      resolve();
    };
    res.on('drain', done).on('close', done);
  });
