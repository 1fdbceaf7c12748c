import { type Present, presentDeep } from '../util/absent.js';
import { unknownName } from '../util/options.js';
import { printable } from '../util/printable.js';
import { WxpayError } from './errors.js';
import { CURRENCY, IDS, type IdRule, idFault } from './ids.js';
import { fenFault } from './money.js';
import type { AbnormalRefundRequest, Refund, RefundDetails, RefundRequest } from './vocabulary.js';

/** A refund that may be asked for: checked, and without the fields that are absent. */
export type CheckedRefund = Present<RefundDetails> & {
  transaction_id?: string;
  out_trade_no?: string;
};

/** The number by which a refund names its payment: `transaction_id` wins where both are given. */
export type PaymentRef = { transaction_id: string } | { out_trade_no: string };

const REFUND_NAMES = [
  'transaction_id',
  'out_trade_no',
  'out_refund_no',
  'amount',
  'reason',
  'notify_url',
  'funds_account',
  'goods_detail',
];
const AMOUNT_NAMES = ['refund', 'total', 'currency', 'from'];
const ABNORMAL_NAMES = ['refund_id', 'out_refund_no', 'type', 'bank_type', 'bank_account', 'real_name'];

const invalid = (message: string): WxpayError => new WxpayError('ERR_WXPAY_REFUND_INVALID', message);

function refuse(fault: string | undefined): void {
  if (fault !== undefined) throw invalid(fault);
}

/**
 * Refuses, before anything is sent, a refund that WeChat would refuse, and every field that we would not send.
 *
 * @throws {WxpayError} `ERR_WXPAY_REFUND_INVALID`
 */
export function resolveRefund(request: RefundRequest): CheckedRefund {
  if (typeof request !== 'object' || request === null) throw invalid('a refund must be an object');
  const checked = presentDeep(request) as CheckedRefund;
  checkNames('a refund', checked, REFUND_NAMES);
  checkRefundNo(checked.out_refund_no);
  checkPaid(checked);
  const { refund, total, currency = 'CNY', from } = checked.amount ?? {};
  refuse(fenFault(total, 'amount.total'));
  refuse(fenFault(refund, 'amount.refund'));
  if (refund > total) throw invalid(`"amount.refund" (${refund} fen) is more than was paid (${total} fen)`);
  if (!CURRENCY.test(currency)) throw invalid('"amount.currency" must be three capitals such as CNY');
  checkNames('"amount" of a refund', checked.amount, AMOUNT_NAMES);
  if (from !== undefined) checkFrom(from, refund);
  checkOptional(checked);
  return checked;
}

/** The number that names the payment. */
export const paymentOf = ({ transaction_id, out_trade_no }: CheckedRefund): PaymentRef =>
  transaction_id === undefined ? { out_trade_no: out_trade_no as string } : { transaction_id };

/** @throws {WxpayError} `ERR_WXPAY_REFUND_INVALID` */
export function checkRefundNo(out_refund_no: unknown): asserts out_refund_no is string {
  refuse(idFault(out_refund_no, IDS.outRefundNo));
}

/** What WeChat is asked for a refund that ended as `ABNORMAL`. */
export type CheckedAbnormalRefund = Present<AbnormalRefundRequest>;

/** @throws {WxpayError} `ERR_WXPAY_REFUND_INVALID` */
export function resolveAbnormalRefund(request: AbnormalRefundRequest): CheckedAbnormalRefund {
  if (typeof request !== 'object' || request === null) throw invalid('a refund must be an object');
  const checked = presentDeep(request) as CheckedAbnormalRefund;
  checkNames('an abnormal refund', checked, ABNORMAL_NAMES);
  checkRefundNo(checked.out_refund_no);
  refuse(idFault(checked.refund_id, IDS.refundId));
  if (checked.type !== 'USER_BANK_CARD' && checked.type !== 'MERCHANT_BANK_CARD') {
    throw invalid(`"type" must be 'USER_BANK_CARD' or 'MERCHANT_BANK_CARD', not ${printable(checked.type)}`);
  }
  return checked;
}

/** Is what WeChat reports the refund that was asked for? The first field that differs, `undefined` when it is. */
export function refundMismatch(request: CheckedRefund, refund: Refund): string | undefined {
  for (const name of ['out_refund_no', 'transaction_id', 'out_trade_no'] as const) {
    if (request[name] !== undefined && request[name] !== refund[name]) return name;
  }
  if (refund.amount.refund !== request.amount.refund) return 'amount.refund';
  if (refund.amount.total !== request.amount.total) return 'amount.total';
  return refund.amount.currency === (request.amount.currency ?? 'CNY') ? undefined : 'amount.currency';
}

/** A request is written for this call: a field that we do not know would be lost without a word. */
function checkNames(what: string, given: object, known: readonly string[]): void {
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) throw invalid(unknownName(what, printable(name), known, 'a field'));
  }
}

function checkPaid({ transaction_id, out_trade_no }: CheckedRefund): void {
  if (transaction_id === undefined && out_trade_no === undefined) {
    throw invalid('"transaction_id" or "out_trade_no" must be given: the payment to refund');
  }
  const given: [unknown, IdRule][] = [
    [transaction_id, IDS.transactionId],
    [out_trade_no, IDS.outTradeNo],
  ];
  for (const [value, rule] of given) if (value !== undefined) refuse(idFault(value, rule));
}

function checkFrom(from: NonNullable<CheckedRefund['amount']['from']>, refund: number): void {
  if (!Array.isArray(from)) throw invalid('"amount.from" must be a list of { account, amount }');
  let sum = 0;
  for (const [index, { account, amount }] of from.entries()) {
    if (typeof account !== 'string' || account === '') {
      throw invalid(`"amount.from[${index}].account" must be an account such as 'AVAILABLE'`);
    }
    refuse(fenFault(amount, `amount.from[${index}].amount`));
    sum += amount;
  }
  if (sum !== refund) throw invalid(`"amount.from" gives ${sum} fen in all, not the ${refund} of "amount.refund"`);
}

function checkOptional({ notify_url, goods_detail, funds_account }: CheckedRefund): void {
  if (notify_url !== undefined && !/^https?:\/\/[^?#\s]{1,240}$/.test(notify_url)) {
    throw invalid('"notify_url" must be an absolute address without a query');
  }
  if (goods_detail !== undefined && !Array.isArray(goods_detail)) throw invalid('"goods_detail" must be a list');
  if (funds_account !== undefined && funds_account !== 'AVAILABLE' && funds_account !== 'UNSETTLED') {
    throw invalid(`"funds_account" must be 'AVAILABLE' or 'UNSETTLED', not ${printable(funds_account)}`);
  }
}
