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
  /** How many bytes the answer may have. */
  limit: number;
  dispatcher?: Dispatcher | undefined;
  /** A signal of the caller: once it is aborted, the answer is not waited for. */
  signal?: AbortSignal | undefined;
  /** Names the exchange in errors. The URL is never named, because some URLs contain secrets. */
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

/** The first host, and the one that is asked when no connection to the first can be made. */
export interface Hosts {
  baseUrl: string;
  backupUrl?: string | undefined;
}

const USER_AGENT = 'koa-wxpay (+https://www.npmjs.com/package/koa-wxpay)';

// Loaded with the first request: it takes a third of the time of importing this package, and a
// process that only reads notifications never needs it.
let undici: Promise<typeof import('undici')> | undefined;

function loadUndici(): Promise<typeof import('undici')> {
  undici ??= import('undici');
  return undici;
}

/** Creates a pool of kept-alive connections. `tls` is as for Node's `tls.connect`. */
export async function createAgent(tls: object = {}): Promise<Agent> {
  const { Agent } = await loadUndici();
  return new Agent({ connect: { timeout: 3_000, ...tls }, keepAliveTimeout: 4_000 });
}

// One pool for all merchants: it holds sockets and never credentials.
let sharedAgent: Promise<Agent> | undefined;

function shared(): Promise<Agent> {
  sharedAgent ??= createAgent();
  return sharedAgent;
}

// After these errors nothing was sent, so that another host may be asked.
const NOT_CONNECTED = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);

/**
 * Sends one request and reads one answer, whatever its status. Redirects are not followed.
 *
 * @param read converts the answer to what the caller needs, or throws the error of a refusal
 * @throws {TransportError} when no whole answer arrived in time. Neither its message nor its cause
 * contains the URL.
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

/** Returns the id that WeChat's support asks for. Some answers have none. */
export function requestIdOf(headers: Answer['headers']): string | undefined {
  const value = headers['request-id'];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * As {@link exchange}, with a body that arrives in pieces. The limits of time and size hold for all
 * of it.
 */
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

/** A path may contain an openid, and a query anything. */
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
 * As AbortSignal.timeout(), but cleared when the answer is there: its timer, and its listener on a
 * long-lived signal of the caller, would hold each request in memory.
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

/** Returns the milliseconds until then, at least one: what a second attempt may still take. */
export const leftUntil = (until: number): number => Math.max(1, Math.ceil(until - performance.now()));

/**
 * As {@link exchange} on the first host, or on the second when no connection to the first could be
 * made. The same signed headers serve both, because no signature covers the host.
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
  // The error itself is not kept as the cause: its fields may contain the URL, and some URLs
  // contain the app secret.
  return new TransportError(`${operation}: no answer (${reason})`, { notSent: NOT_CONNECTED.has(reason), requestId });
}

const abandoned = (
  { operation, signal }: ExchangeRequest,
  facts: { notSent?: boolean; requestId?: string | undefined },
) => new TransportError(`${operation}: the caller's signal was aborted`, { ...facts, cause: signal?.reason });
