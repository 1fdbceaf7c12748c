import type { AppParams, JsapiParams, Notice, Order, OrderRef, Payer, Transaction } from '../core/vocabulary.js';

/** Node's `req.headersDistinct`: every header as the list of values that arrived, so that a repeated one is seen. */
export type HeadersDistinct = NodeJS.Dict<string[]>;

/** What a merchant can do, in v3's vocabulary. API v2 and API v3 are the two implementations. */
export interface Protocol {
  /** Fetches what must be fetched before the first payment. */
  ready(): Promise<void>;
  /** Places the order for a payer inside WeChat; resolves to the prepay_id, valid for two hours. */
  prepay(order: Order, payer: Payer): Promise<string>;
  jsapiParams(prepay_id: string): JsapiParams;
  native(order: Order, from: { client_ip?: string }): Promise<{ code_url: string }>;
  h5(order: Order, from: { client_ip: string }): Promise<{ h5_url: string }>;
  app(order: Order, from: { client_ip?: string }): Promise<AppParams>;
  queryOrder(ref: OrderRef): Promise<Transaction>;
  closeOrder(out_trade_no: string): Promise<void>;
  /** Steps 3 to 9 of the notification checks. */
  readNotify(body: Buffer, headers: HeadersDistinct): Promise<Notice>;
}
