import type { Merchant } from '../accounts/merchant.js';
import type { SimAnswer, SimRequest } from '../http/types.js';
import type { Upload } from './upload.js';

/** A request whose signature is correct. */
export interface Call {
  merchant: Merchant;
  params: Record<string, string>;
  query: URLSearchParams;
  /** An object that is not validated yet; empty for GET, and the `meta` of an upload. */
  body: Record<string, unknown>;
  /** The file of an upload. */
  file?: Upload['file'];
  req: SimRequest;
}

/** A signed answer with a body, a signed 204, or a file, which is not signed. */
export type Success = { body: object; status?: number } | 'no content' | { file: SimAnswer };

/** Endpoints differ in how they refuse a request without an identity, and in required headers. */
export interface Family {
  /** `/v3/pay/transactions/*`: other texts, and no `Request-ID` with 401. */
  transactions: boolean;
  /** Requires a `User-Agent` and checks it before anything else. */
  userAgent: boolean;
}

/** One endpoint of API v3. */
export interface Endpoint extends Partial<Family> {
  method: string;
  /**
   * The path as the documentation writes it, for example
   * `/v3/pay/transactions/id/{transaction_id}`. Faults are set by this name.
   */
  path: string;
  /** @throws {Refused} */
  run(call: Call): Success | Promise<Success>;
}
