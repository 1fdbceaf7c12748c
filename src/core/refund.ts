import { WxpayError } from './errors.js';
import { CURRENCY, OUT_TRADE_NO, TRANSACTION_ID } from './ids.js';
import type { Refund, RefundRequest } from './vocabulary.js';

export const OUT_REFUND_NO = /^[0-9A-Za-z_\-|*@]{1,64}$/;
export const REFUND_ID = /^[0-9A-Za-z]{10,32}$/;

const invalid = (message: string): WxpayError => new WxpayError('ERR_WXPAY_REFUND_INVALID', message);

/**
 * Refuses, before anything is sent, a refund that WeChat would refuse.
 *
 * @throws {WxpayError} `ERR_WXPAY_REFUND_INVALID`
 */
export function checkRefund(request: RefundRequest): void {
  if (typeof request !== 'object' || request === null) throw invalid('a refund must be an object');
  checkRefundNo(request.out_refund_no);
  checkPaid(request);
  const { refund, total, currency = 'CNY' } = request.amount ?? {};
  checkFen('amount.total', total);
  checkFen('amount.refund', refund);
  if (refund > total) throw invalid(`"amount.refund" (${refund} fen) is more than was paid (${total} fen)`);
  if (!CURRENCY.test(currency)) throw invalid('"amount.currency" must be three capitals such as CNY');
  const { reason, notify_url } = request;
  if (reason !== undefined && (typeof reason !== 'string' || reason === '' || [...reason].length > 80)) {
    throw invalid('"reason" must be a string of 1 to 80 characters');
  }
  if (notify_url !== undefined && !/^https?:\/\/[^?#\s]{1,240}$/.test(notify_url)) {
    throw invalid('"notify_url" must be an absolute address without a query');
  }
}

/** @throws {WxpayError} `ERR_WXPAY_REFUND_INVALID` */
export function checkRefundNo(out_refund_no: unknown): void {
  if (typeof out_refund_no !== 'string' || !OUT_REFUND_NO.test(out_refund_no)) {
    throw invalid('"out_refund_no" must be 1 to 64 of 0-9 A-Z a-z _ - | * @');
  }
}

function checkPaid(request: RefundRequest): void {
  const [name, value, rule] =
    'transaction_id' in request
      ? ['transaction_id', request.transaction_id, TRANSACTION_ID]
      : ['out_trade_no', request.out_trade_no, OUT_TRADE_NO];
  if (typeof value !== 'string' || !rule.test(value)) throw invalid(`"${name}" has not the documented form`);
}

function checkFen(name: string, value: unknown): asserts value is number {
  if (!Number.isSafeInteger(value) || (value as number) < 1) {
    throw invalid(`"${name}" must be whole fen, at least 1, not ${typeof value === 'number' ? value : typeof value}`);
  }
}

/** Is what WeChat reports the refund that was asked for? The first field that differs, `undefined` when it is. */
export function refundMismatch(request: RefundRequest, refund: Refund): string | undefined {
  if (refund.out_refund_no !== request.out_refund_no) return 'out_refund_no';
  if ('transaction_id' in request && request.transaction_id !== refund.transaction_id) return 'transaction_id';
  if (!('transaction_id' in request) && request.out_trade_no !== refund.out_trade_no) return 'out_trade_no';
  if (refund.amount.refund !== request.amount.refund) return 'amount.refund';
  if (refund.amount.total !== request.amount.total) return 'amount.total';
  return refund.amount.currency === (request.amount.currency ?? 'CNY') ? undefined : 'amount.currency';
}
