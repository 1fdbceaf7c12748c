import { isAbsent } from '../util/absent.js';
import { printable } from '../util/printable.js';

/** `@` is allowed on refund pages only; a notification may carry what an older shop once used. */
export const OUT_TRADE_NO = /^[0-9A-Za-z_\-|*@]{1,32}$/;
export const NEW_OUT_TRADE_NO = /^[0-9A-Za-z_\-|*]{6,32}$/;
export const TRANSACTION_ID = /^[0-9A-Za-z]{10,32}$/;
export const OUT_REFUND_NO = /^[0-9A-Za-z_\-|*@]{1,64}$/;
export const REFUND_ID = /^[0-9A-Za-z]{10,32}$/;
/** What a page or an app signs: neither `&` nor a line end may enter a signed text through it. */
export const PREPAY_ID = /^[0-9A-Za-z_-]{1,64}$/;
/** What becomes a QR code. */
export const CODE_URL = /^weixin:\/\/wxpay\/[\x21-\x7e]{1,500}$/;
/** Where an H5 payer is sent; plain http is a simulator's. */
export const H5_URL = /^https?:\/\/[\w.~:/?#[\]@!$&()*+,;=%-]{1,500}$/;
/** `wx…`; `ww…` for a company's WeChat. The `gh_…` of an account is another number. */
export const APPID = /^w[wx][0-9A-Za-z_-]{1,30}$/;
export const CURRENCY = /^[A-Z]{3}$/;

/** A number that identifies something, with its rule in words. */
export interface IdRule {
  name: string;
  form: RegExp;
  /** Continues `must be`. */
  right: string;
}

export const IDS = {
  /** Of an order that is about to be placed. */
  newOutTradeNo: { name: 'out_trade_no', form: NEW_OUT_TRADE_NO, right: '6 to 32 of 0-9 A-Z a-z _ - | *' },
  /** Of an order that exists. */
  outTradeNo: { name: 'out_trade_no', form: OUT_TRADE_NO, right: '1 to 32 of 0-9 A-Z a-z _ - | * @' },
  transactionId: { name: 'transaction_id', form: TRANSACTION_ID, right: '10 to 32 letters and digits' },
  outRefundNo: { name: 'out_refund_no', form: OUT_REFUND_NO, right: '1 to 64 of 0-9 A-Z a-z _ - | * @' },
  refundId: { name: 'refund_id', form: REFUND_ID, right: '10 to 32 letters and digits' },
  prepayId: { name: 'prepay_id', form: PREPAY_ID, right: 'what prepay() returned: 1 to 64 letters, digits, _ and -' },
} satisfies Record<string, IdRule>;

/** What is wrong with a number that the host gave: its value and the rule. `undefined` when it is well-formed. */
export function idFault(value: unknown, { name, form, right }: IdRule): string | undefined {
  if (typeof value === 'string' && form.test(value)) return undefined;
  const found =
    typeof value === 'string'
      ? `"${printable(value)}" (${value.length} ${value.length === 1 ? 'character' : 'characters'})`
      : typeOf(value);
  return `"${name}" must be ${right}, not ${found}`;
}

/** How an error names a number that is another merchant's: theirs and ours. */
export const foreignId = (name: string, theirs: unknown, ours: string | undefined): string =>
  `"${name}" is ${isAbsent(theirs) ? 'missing' : printable(theirs)}, and this merchant's is ${ours ?? 'none'}`;

const typeOf = (value: unknown): string =>
  value === null || value === undefined ? String(value) : `${printable(value)} (a ${typeof value})`;
