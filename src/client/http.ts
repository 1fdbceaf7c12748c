import type { Readable } from 'node:stream';
import type { Agent, Dispatcher } from 'undici';
import { TransportError } from '../core/errors.js';
import type { UpstreamTrace } from '../diagnostics/channels.js';
import { trace } from '../diagnostics/trace.js';
import { printable } from '../util/printable.js';
import { retryOnce } from '../util/retry-once.js';

export type { Agent, Dispatcher } from 'undici';

export interface ExchangeRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  body?: string | Buffer | Readable;
  /** Milliseconds for the whole exchange, connection and body included. */
  timeout: number;
  /** Bytes the answer may have. */
  limit: number;
  dispatcher?: Dispatcher | undefined;
  /** The caller's own: once it is aborted, no answer is waited for. */
  signal?: AbortSignal | undefined;
  /** Named in errors; the URL never is, because some carry secrets. */
  operation: string;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

export interface StreamedAnswer {
  status: number;
  headers: Answer['headers'];
  body: AsyncIterable<Buffer>;
}

/** The first host, and the one to ask when no connection to the first can be made. */
export interface Hosts {
  baseUrl: string;
  backupUrl?: string | undefined;
}

const USER_AGENT = 'koa-wxpay (+https://www.npmjs.com/package/koa-wxpay)';

// With the first request: it is a third of what importing this package takes, and who only reads notifications never needs it.
let undici: Promise<typeof import('undici')> | undefined;

function loadUndici(): Promise<typeof import('undici')> {
  undici ??= import('undici');
  return undici;
}

/** A pool of kept-alive connections; `tls` as for Node's `tls.connect`. */
export async function createAgent(tls: object = {}): Promise<Agent> {
  const { Agent } = await loadUndici();
  return new Agent({ connect: { timeout: 3_000, ...tls }, keepAliveTimeout: 4_000 });
}

// One for all merchants: it holds sockets, never credentials.
let sharedAgent: Promise<Agent> | undefined;

function shared(): Promise<Agent> {
  sharedAgent ??= createAgent();
  return sharedAgent;
}

// Nothing was sent when these are met, so another host may be asked without doing anything twice.
const NOT_CONNECTED = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);

/**
 * One request, one answer, whatever its status. Redirects are answers like any other: none is followed.
 *
 * @param read makes of the answer what the caller needs, or throws what WeChat's refusal is
 * @throws TransportError when no whole answer arrived in time; neither its message nor its cause holds the URL
 */
export function exchange<Result>(request: ExchangeRequest, read: (answer: Answer) => Result): Promise<Result> {
  return trace('upstream', traceOf(request), async (fields) => {
    const answer = await wholeAnswer(request);
    noteAnswer(fields, answer);
    return read(answer);
  });
}

async function wholeAnswer(request: ExchangeRequest): Promise<Answer> {
  const limit = startTimeLimit(request);
  let requestId: string | undefined;
  try {
    const { statusCode, headers, body } = await send(request, limit.signal);
    requestId = requestIdOf(headers);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body) {
      size += chunk.length;
      checkSize(size, request);
      chunks.push(chunk);
    }
    return { status: statusCode, headers, body: Buffer.concat(chunks) };
  } catch (error) {
    throw transportError(request, error, requestId);
  } finally {
    limit.clear();
  }
}

/** What WeChat's support asks for; some answers have none. */
export function requestIdOf(headers: Answer['headers']): string | undefined {
  const value = headers['request-id'];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** As {@link exchange}, the body arriving piece by piece; the time and size limits hold for the whole of it. */
export function stream(request: ExchangeRequest): Promise<StreamedAnswer> {
  return trace('upstream', traceOf(request), async (fields) => {
    const limit = startTimeLimit(request);
    try {
      const { statusCode: status, headers, body } = await send(request, limit.signal);
      noteAnswer(fields, { status, headers });
      return { status, headers, body: pieces(body, request, limit) };
    } catch (error) {
      limit.clear();
      throw transportError(request, error);
    }
  });
}

/** A path may hold an openid, and a query anything. */
const traceOf = ({ operation, url }: ExchangeRequest): UpstreamTrace => ({
  operation: printable(operation.split('?', 1)[0]),
  host: new URL(url).host,
});

function noteAnswer(fields: UpstreamTrace, { status, headers }: Pick<Answer, 'status' | 'headers'>): void {
  fields.status = status;
  const requestId = requestIdOf(headers);
  if (requestId !== undefined) fields.requestId = requestId;
}

async function send(sent: ExchangeRequest, signal: AbortSignal) {
  const { request } = await loadUndici();
  if (sent.signal?.aborted) throw abandoned(sent, { notSent: true });
  const { url, method, headers, body, dispatcher } = sent;
  return request(url, {
    method,
    headers: { 'user-agent': USER_AGENT, ...headers },
    body: body ?? null,
    dispatcher: dispatcher ?? (await shared()),
    signal,
  });
}

async function* pieces(body: AsyncIterable<Buffer>, request: ExchangeRequest, limit: TimeLimit) {
  try {
    let size = 0;
    for await (const chunk of body) {
      size += chunk.length;
      checkSize(size, request);
      yield chunk;
    }
  } catch (error) {
    throw transportError(request, error);
  } finally {
    limit.clear();
  }
}

function checkSize(size: number, { operation, limit }: ExchangeRequest): void {
  if (size > limit) throw new TransportError(`${operation}: the answer is longer than ${limit} bytes`);
}

interface TimeLimit {
  signal: AbortSignal;
  clear(): void;
}

/**
 * As AbortSignal.timeout(), and cleared when the answer is there: its timer, and its listener at a signal of the caller's that
 * lives longer, would hold each request in memory.
 */
function startTimeLimit({ timeout, signal }: Pick<ExchangeRequest, 'timeout' | 'signal'>): TimeLimit {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DOMException('too late', 'TimeoutError')), timeout);
  timer.unref();
  const giveUp = (): void => controller.abort(new DOMException('given up', 'AbortError'));
  signal?.addEventListener('abort', giveUp, { once: true });
  const clear = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  };
  return { signal: controller.signal, clear };
}

/** Milliseconds until then, at least one: what a second attempt may still take. */
export const leftUntil = (until: number): number => Math.max(1, Math.ceil(until - performance.now()));

/**
 * As {@link exchange} on the first host; on the second when no connection to the first could be made. The same signed
 * headers serve both: no signature covers the host.
 */
export async function exchangeWithBackup<Result>(
  { baseUrl, backupUrl }: Hosts,
  path: string,
  request: Omit<ExchangeRequest, 'url'>,
  read: (answer: Answer) => Result,
): Promise<Result> {
  const until = performance.now() + request.timeout;
  return retryOnce(
    (count) =>
      exchange({ ...request, url: (count === 1 ? baseUrl : backupUrl) + path, timeout: leftUntil(until) }, read),
    (error) => Boolean(backupUrl) && performance.now() < until && error instanceof TransportError && error.notSent,
  );
}

function transportError(request: ExchangeRequest, error: unknown, requestId?: string): TransportError {
  if (error instanceof TransportError) return error;
  const { operation, timeout, signal } = request;
  const { name, code } = error as { name?: string; code?: string | number };
  if (name === 'TimeoutError') return new TransportError(`${operation}: no answer within ${timeout} ms`, { requestId });
  if (signal?.aborted) return abandoned(request, { requestId });
  const reason = typeof code === 'string' ? code : (name ?? 'unknown reason');
  // the error itself is left behind: its fields can hold the URL, and some URLs hold the app secret
  return new TransportError(`${operation}: no answer (${reason})`, { notSent: NOT_CONNECTED.has(reason), requestId });
}

const abandoned = (
  { operation, signal }: ExchangeRequest,
  facts: { notSent?: boolean; requestId?: string | undefined },
) => new TransportError(`${operation}: the caller's signal was aborted`, { ...facts, cause: signal?.reason });
