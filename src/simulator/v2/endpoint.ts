import type { SignTypeV2 } from '../../core/v2/sign.js';
import type { Merchant } from '../accounts/merchant.js';
import type { SimAnswer, SimRequest } from '../http/types.js';
import type { Fields } from '../signing/v2.js';
import type { FieldRules } from './fields.js';

/** A request that was understood and whose signature is correct. */
export interface Call {
  merchant: Merchant;
  appid: string;
  /** Of a service provider: the merchant it acts for. */
  sub_mchid?: string;
  sub_appid?: string;
  fields: ReadonlyMap<string, string>;
  signType: SignTypeV2;
}

/**
 * What an endpoint answers: the fields of a success; the refusal of an operation; the refusal of a
 * message, which is not signed (bills refuse operations in this form, too); or a file, unsigned.
 */
export type Outcome = SignedOutcome | { return_msg: string; error_code?: string } | FileOutcome;

/** An answer that is signed. */
export type SignedOutcome =
  | { fields: Fields; unsigned?: boolean }
  | { err_code: string; err_code_des: string };

interface FileOutcome {
  file: SimAnswer;
}

/** One endpoint of API v2. */
export interface Endpoint {
  path: string;
  /** Requires the client certificate of the merchant, where the connection can carry one. */
  certificate?: boolean;
  /** Does not check that the account belongs to the merchant. */
  anyAccount?: boolean;
  rules: FieldRules;
  run(call: Call, req: SimRequest): Outcome | Promise<Outcome>;
}
