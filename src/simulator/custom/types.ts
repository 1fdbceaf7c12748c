import type { Merchant } from '../accounts/merchant.js';

/** A request to a route of your own, after its signature was verified. */
export interface RouteCall {
  method: string;
  /** The path, without the query. */
  path: string;
  /** The values of placeholders such as `{out_order_no}`. */
  params: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string>>;
  /** Each header, in lower case, as the list of values that arrived. */
  headers: NodeJS.Dict<string[]>;
  /**
   * The body: of API v3 the JSON object, or the `meta` of an upload; of API v2 the fields of the
   * document; of api.weixin.qq.com the JSON object.
   */
  body: Readonly<Record<string, unknown>>;
  /** The file of an upload. */
  file?: { name: string; type: string; content: Buffer };
  /** The merchant who signed the request; absent on api.weixin.qq.com. */
  merchant?: Merchant;
  /** The account of the `access_token` in the query; only on api.weixin.qq.com. */
  appid?: string;
}

/** What a route answers. */
export interface RouteAnswer {
  /**
   * The status. API v3 signs answers up to 299.
   *
   * @default 200, or 204 without a body
   */
  status?: number;
  /**
   * The body: of API v3 and api.weixin.qq.com a JSON object; of API v2 the fields of the document,
   * to which `return_code`, `result_code`, `mch_id`, `nonce_str` and `sign` are added. Bytes are
   * sent as a file, without a signature.
   */
  body?: Readonly<Record<string, unknown>> | Uint8Array;
  /** Headers to add, for example the `Content-Type` of a file. */
  headers?: Readonly<Record<string, string>>;
  /**
   * Leaves the signature of API v2 out, as many APIs of transfers do.
   *
   * @default false
   */
  unsigned?: boolean;
}

/** An answer, or the function that makes it. */
export type RouteHandler =
  | RouteAnswer
  | ((call: RouteCall) => RouteAnswer | undefined | Promise<RouteAnswer | undefined>);

/** A route of your own, see `Simulator.route`. */
export interface RouteDefinition {
  method: string;
  path: string;
  handler: RouteHandler;
}
