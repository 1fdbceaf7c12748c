import type { AppParams, JsapiParams } from '../../core/vocabulary.js';

/**
 * What to pay: the parameters that a page or an app hands over, in any form since they are what is
 * checked, or an order by one of its numbers or addresses.
 */
export type PayTarget =
  | { prepay_id: string }
  | { out_trade_no: string; mchid?: string }
  /** A `code_url`, an `h5_url` or an `mweb_url`, as it was returned. */
  | { url: string }
  | JsapiParams
  | AppParams
  | BridgeParams;

/** What a page handed to the bridge. */
export interface BridgeParams {
  package: unknown;
  [name: string]: unknown;
}
