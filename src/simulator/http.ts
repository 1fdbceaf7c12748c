import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { applyFault } from './faults.js';
import { decode, readRequest, write } from './http-io.js';
import type { ApiFault, Switches } from './switches.js';

/** One request as it arrived: bytes, not meanings. */
export interface SimRequest {
  method: string;
  /** The path without its query, still percent-encoded. */
  path: string;
  query: URLSearchParams;
  /** Named groups of a `RegExp` path, percent-decoded. */
  params: Record<string, string>;
  /** Every header as the list of values that arrived. */
  headers: NodeJS.Dict<string[]>;
  cookies: Map<string, string>;
  body: Buffer;
  /** `host:port` the client asked for. */
  host: string;
  remoteAddress: string;
  /** Came over TLS … */
  secure: boolean;
  /** … showing this certificate (DER). */
  certificate?: Buffer;
  /** The fault a switch asks for here; what concerns the transport alone is applied by the listener. */
  fault?: ApiFault;
  /** Node's own objects, for what is streamed or proxied. */
  raw: IncomingMessage;
}

/** `'destroy'` resets the connection without an answer. A body that throws half-way truncates the answer. */
export type SimAnswer =
  | {
      status: number;
      headers?: Record<string, string | string[]>;
      body?: string | Uint8Array | AsyncIterable<Uint8Array>;
    }
  | 'destroy';

export interface Route {
  /** `'*'` answers every method. */
  method: string;
  path: string | RegExp;
  /** The name its faults are switched by, when `path` is a pattern. */
  name?: string;
  handle(req: SimRequest): Promise<SimAnswer> | SimAnswer;
}

/** A listener that can go down and come back on the same port. */
export interface Host {
  readonly url: string;
  /** From now on connections are refused; open ones are cut. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** PEM; clients are asked for their certificate and may decline. */
export interface TlsIdentity {
  key: string;
  cert: string;
}

interface ListenOptions {
  port?: number;
  host?: string;
  switches?: Switches;
  tls?: TlsIdentity;
}

/** Listens on `port` (0 takes a free one) and answers by the first route that fits; 404 otherwise. */
export async function listen(
  routes: readonly Route[],
  { port = 0, host = '127.0.0.1', switches, tls }: ListenOptions = {},
): Promise<Host> {
  const listener = (req: IncomingMessage, res: ServerResponse): void => {
    answer(routes, switches, req, res).catch((error: unknown) => {
      if (res.headersSent) res.destroy();
      else res.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(`simulator: ${String(error)}\n`);
    });
  };
  const server = tls
    ? createTlsServer({ ...tls, requestCert: true, rejectUnauthorized: false }, listener)
    : createServer(listener);
  await open(server, port, host);
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    start: async () => {
      if (!server.listening) await open(server, bound, host);
    },
  };
}

const open = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

async function answer(
  routes: readonly Route[],
  switches: Switches | undefined,
  raw: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const req = await readRequest(raw);
  if (!req) return void res.writeHead(413).end();
  for (const route of routes) {
    if (route.method !== '*' && route.method !== req.method) continue;
    const params = match(route.path, req.path);
    if (!params) continue;
    const fault = switches?.takeApi(req.path, route.name);
    const found: SimRequest = { ...req, params, ...(fault && { fault }) };
    return write(res, await applyFault(fault, () => route.handle(found)));
  }
  return write(res, { status: 404 });
}

function match(path: string | RegExp, asked: string): Record<string, string> | undefined {
  if (typeof path === 'string') return path === asked ? {} : undefined;
  const groups = path.exec(asked);
  if (!groups) return undefined;
  return Object.fromEntries(Object.entries(groups.groups ?? {}).map(([name, text]) => [name, decode(text ?? '')]));
}

/** An answer with a JSON body. */
export const json = (body: unknown, status = 200): SimAnswer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});

/** An answer with a page. */
export const html = (body: string, status = 200): SimAnswer => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  body,
});
