/** What a refusal means, whatever the API version and the spelling of WeChat's code. */
export type ApiMeaning =
  | 'order_paid'
  | 'order_closed'
  /** The number was used before with another price, payer or text. */
  | 'order_changed'
  | 'order_not_found'
  | 'refund_not_found'
  /** The refund number was used before for another refund. */
  | 'refund_mismatch'
  | 'bill_not_ready'
  | 'no_bill'
  | 'not_enough'
  | 'too_frequent'
  /** The outcome is unknown: query, or repeat with identical parameters. Never use a new number. */
  | 'unknown_outcome'
  | 'other';

/** Codes of both versions: v3 documents its own spellings and is seen to answer with those of v2, too. */
const CODES: Readonly<Partial<Record<ApiMeaning, readonly string[]>>> = {
  order_paid: ['ORDERPAID', 'ORDER_PAID'],
  order_closed: ['ORDERCLOSED', 'ORDER_CLOSED'],
  order_changed: ['OUT_TRADE_NO_USED'],
  order_not_found: ['ORDERNOTEXIST', 'ORDER_NOT_EXIST'],
  refund_not_found: ['REFUNDNOTEXIST', 'REFUND_NOT_EXISTS'],
  refund_mismatch: ['REFUND_FEE_MISMATCH'],
  no_bill: ['NO_STATEMENT_EXIST'],
  bill_not_ready: ['STATEMENT_CREATING'],
  not_enough: ['NOTENOUGH', 'NOT_ENOUGH'],
  too_frequent: ['FREQUENCY_LIMITED', 'FREQUENCY_LIMIT_EXCEED', 'RATELIMIT_EXCEEDED', 'INVALID_REQ_TOO_MUCH'],
  unknown_outcome: ['SYSTEMERROR', 'SYSTEM_ERROR', 'SERVICE_UNAVAILABLE', 'BIZERR_NEED_RETRY'],
};

const MEANINGS: ReadonlyMap<string, ApiMeaning> = new Map(
  Object.entries(CODES).flatMap(([meaning, codes]) => codes.map((code) => [code, meaning as ApiMeaning] as const)),
);

/** Refusals whose code says too little, by the text that comes with it. Texts change: only these are known to be stable. */
const TEXTS: readonly { code: string; text: RegExp; meaning: ApiMeaning }[] = [
  // The documentation has a separate code for a changed order, but WeChat sends this one in both versions.
  { code: 'INVALID_REQUEST', text: /商户订单号重复/, meaning: 'order_changed' },
  // v2 refuses a bill by its text alone, which is printed in two spellings.
  { code: 'FAIL', text: /^no bill exist$/i, meaning: 'no_bill' },
  { code: 'FAIL', text: /^bill creating$/i, meaning: 'bill_not_ready' },
];

/** The meaning that code and text have wherever they appear; `undefined` for one that is not known. */
export const meaningOfCode = (code: string, text: string): ApiMeaning | undefined =>
  TEXTS.find((known) => known.code === code && known.text.test(text))?.meaning ?? MEANINGS.get(code);
