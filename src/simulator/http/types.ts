import type { IncomingMessage } from 'node:http';
import type { ApiFault } from '../scenarios/api-faults.js';
import type { AnswerSignature, RequestRecord } from './request-log.js';

/** One request as it arrived. */
export interface SimRequest {
  method: string;
  /** The path without its query, still percent-encoded. */
  path: string;
  query: URLSearchParams;
  /** The named groups of a `RegExp` path, percent-decoded. */
  params: Record<string, string>;
  /** Each header, in lower case, as the list of values that arrived. */
  headers: NodeJS.Dict<string[]>;
  cookies: Map<string, string>;
  body: Buffer;
  /** The `host:port` that the client asked for. */
  host: string;
  remoteAddress: string;
  /** Whether the request came over TLS. */
  secure: boolean;
  /** The client certificate shown over TLS (DER). */
  certificate?: Buffer;
  /** The fault to simulate. The listener applies what concerns only the transport. */
  fault?: ApiFault;
  /** The record of this request, for what its endpoint finds out about it. */
  record: RequestRecord;
  /** Node's own request, for streaming and proxying. */
  raw: IncomingMessage;
}

/**
 * An answer. `'destroy'` resets the connection without one. A body that throws while it is being
 * read cuts the answer off at that point.
 */
export type SimAnswer =
  | {
      status: number;
      headers?: Record<string, string | string[]>;
      body?: string | Uint8Array | AsyncIterable<Uint8Array>;
      /** v3: what signs the answer, for its record. */
      signature?: AnswerSignature;
    }
  | 'destroy';

/** A path and the function that answers it. */
export interface Route {
  /** `'*'` answers every method. */
  method: string;
  path: string | RegExp;
  /** The name by which faults are set when `path` is a pattern. */
  name?: string;
  handle(req: SimRequest): Promise<SimAnswer> | SimAnswer;
}
