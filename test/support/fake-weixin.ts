import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What one call is answered with: a JSON value, or status and text, or nothing at all (the connection is cut). */
export type Scripted = object | { status: number; text: string } | 'cut' | 'silent';

export interface Call {
  path: string;
  query: URLSearchParams;
  body: string;
}

/** `api.weixin.qq.com` over a real socket: each path answers what a test has told it to. */
export interface FakeWeixin {
  baseUrl: string;
  calls: Call[];
  /** Answers of one path, by turns; the last stays. A function sees the call. */
  on(path: string, ...answers: (Scripted | ((call: Call) => Scripted | Promise<Scripted>))[]): void;
  close(): Promise<void>;
}

export async function fakeWeixin(): Promise<FakeWeixin> {
  const calls: Call[] = [];
  const scripts = new Map<string, (Scripted | ((call: Call) => Scripted | Promise<Scripted>))[]>();
  const server = createServer(async (req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://fake');
    const call = { path: pathname, query: searchParams, body: await textOf(req) };
    calls.push(call);
    const script = scripts.get(pathname) ?? [{ errcode: -1, errmsg: 'not scripted' }];
    const next = script.length > 1 ? script.shift() : script[0];
    const answer = typeof next === 'function' ? await next(call) : next;
    if (answer === 'silent') return;
    if (answer === 'cut' || answer === undefined) {
      res.destroy();
      return;
    }
    const raw = 'text' in answer && 'status' in answer ? (answer as { status: number; text: string }) : null;
    res.writeHead(raw?.status ?? 200, { 'content-type': 'text/plain' });
    res.end(raw?.text ?? JSON.stringify(answer));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    on: (path, ...answers) => void scripts.set(path, answers),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function textOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
