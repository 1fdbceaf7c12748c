import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiFault } from '../scenarios/api-faults.js';
import type { HostSwitches } from '../scenarios/hosts.js';
import { reachableHost } from './addresses.js';
import { applyFault } from './apply-fault.js';
import { isOwnPath } from './own-path.js';
import { decode, readRequest } from './read-request.js';
import { noRecorder, type Recorder, recordAnswer } from './record.js';
import { createTlsServer, type TlsIdentity } from './tls-server.js';
import type { Route, SimAnswer, SimRequest } from './types.js';
import { writeAnswer } from './write-answer.js';

/** A listener that can go down and come back on the same port. */
export interface Host {
  /** Its address, without a trailing slash. */
  readonly url: string;
  /** Closes the open connections and refuses new ones. */
  stop(): Promise<void>;
  /** Accepts connections again, on the same port. */
  start(): Promise<void>;
}

/** Where a listener asks what is to go wrong. */
export interface FaultSource {
  /** The fault of a request. */
  takeApi(path: string, name?: string): ApiFault | undefined;
  /** Which hosts are down. */
  hosts: Pick<HostSwitches, 'primary' | 'backup'>;
}

/** How a listener listens. */
export interface ListenOptions {
  /**
   * The host of WeChat that the listener stands for, if it stands for a single one. Otherwise
   * requests name theirs.
   */
  role?: 'primary' | 'backup';
  port?: number;
  host?: string;
  faults?: FaultSource;
  recorder?: Recorder;
  /** What an answer waits for, after the request was handled. */
  beforeAnswer?: () => Promise<void>;
  /** Listens over TLS, with the identity that it has at present. */
  tls?: () => TlsIdentity;
}

/** Listens on `port` (0 takes a free one) and answers by the first route that matches, or 404. */
export async function listen(routes: readonly Route[], options: ListenOptions = {}): Promise<Host> {
  const { port = 0, host = '127.0.0.1', tls } = options;
  const listener = (req: IncomingMessage, res: ServerResponse): void => {
    answer(routes, options, req, res).catch((error: unknown) => {
      if (res.headersSent) return void res.destroy();
      res.writeHead(500, { 'Content-Type': 'text/plain; charset=utf-8' });
      res.end(`simulator: ${String(error)}\n`);
    });
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await open(server, port, host);
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `${tls ? 'https' : 'http'}://${reachableHost(host)}:${bound}`,
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
  { role, faults, beforeAnswer, recorder = noRecorder }: ListenOptions,
  raw: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const bare = await readRequest(raw);
  if (!bare) return void res.writeHead(413).end();
  const started = performance.now();
  const record = recorder.start(bare);
  const isDown = !isOwnPath(bare.path) && faults?.hosts[role ?? roleOf(bare.host)] === 'down';
  const reply = isDown ? 'destroy' : await dispatch(routes, faults, { ...bare, record });
  recordAnswer(record, reply);
  record.duration = Math.round(performance.now() - started);
  recorder.end(record);
  await beforeAnswer?.();
  await writeAnswer(res, reply);
}

/** The host that a request is for, where one listener stands for all of them. */
const roleOf = (host: string): 'primary' | 'backup' =>
  host.startsWith('api2.') ? 'backup' : 'primary';

async function dispatch(
  routes: readonly Route[],
  faults: FaultSource | undefined,
  req: SimRequest,
): Promise<SimAnswer> {
  for (const route of routes) {
    if (route.method !== '*' && route.method !== req.method) continue;
    const params = match(route.path, req.path);
    if (!params) continue;
    // A fault of every path must not lock people out of the interface that removes it.
    const fault = isOwnPath(req.path) ? undefined : faults?.takeApi(req.path, route.name);
    const found = { ...req, params, ...(fault && { fault }) };
    return applyFault(fault, () => route.handle(found));
  }
  return { status: 404 };
}

function match(path: string | RegExp, asked: string): Record<string, string> | undefined {
  if (typeof path === 'string') return path === asked ? {} : undefined;
  const groups = path.exec(asked);
  if (!groups) return undefined;
  return Object.fromEntries(
    Object.entries(groups.groups ?? {}).map(([name, text]) => [name, decode(text ?? '')]),
  );
}
