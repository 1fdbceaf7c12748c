import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type Koa from 'koa';

export interface Answered {
  status: number;
  headers: Record<string, unknown>;
}

/** Hands an application a request no HTTP client would let through, and waits for its answer. */
export function answerOf(
  app: Koa,
  { method, url, headers }: { method: string; url: string; headers: Record<string, string> },
): Promise<Answered> {
  const req = Object.assign(new IncomingMessage(new Socket()), { method, url, headers });
  const res = new ServerResponse(req);
  return new Promise((done) => {
    const end = res.end.bind(res);
    res.end = ((...body: []) => {
      done({ status: res.statusCode, headers: res.getHeaders() });
      return end(...body);
    }) as typeof res.end;
    app.callback()(req, res);
  });
}
