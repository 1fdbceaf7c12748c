import { toRfc3339 } from '../../core/beijing-time.js';
import type { LedgerRefund, RefundState } from '../ledger/refunds.js';
import type { FieldsOut } from './payment-fields.js';

/** v2's words. */
export const REFUND_STATUS: Record<RefundState, string> = {
  PROCESSING: 'PROCESSING',
  SUCCESS: 'SUCCESS',
  CLOSED: 'REFUNDCLOSE',
  ABNORMAL: 'CHANGE',
};

const ACCOUNTS = { AVAILABLE: 'REFUND_SOURCE_RECHARGE_FUNDS', UNSETTLED: 'REFUND_SOURCE_UNSETTLED_FUNDS' };

/** The accepted refund. */
export const acceptedFields = ({ order, ...refund }: LedgerRefund): FieldsOut =>
  new Map<string, string | number>([
    ['transaction_id', order.payment?.transaction_id ?? ''],
    ['out_trade_no', order.out_trade_no],
    ['out_refund_no', refund.out_refund_no],
    ['refund_id', refund.refund_id],
    ['refund_channel', 'ORIGINAL'],
    ['refund_fee', refund.refund],
    ['coupon_refund_fee', refund.refund - refund.payer_refund],
    ['total_fee', order.total],
    ['fee_type', order.currency],
    ['cash_fee', order.payment?.payer_total ?? 0],
    ['coupon_refund_count', 0],
    ['cash_refund_fee', refund.payer_refund],
  ]);

/** One refund of an answer that numbers them from `n`. */
export function queriedFields(refund: LedgerRefund, n: number): [string, string | number][] {
  const done = refund.success_time && toRfc3339(new Date(refund.success_time * 1000));
  return [
    [`out_refund_no_${n}`, refund.out_refund_no],
    [`refund_id_${n}`, refund.refund_id],
    [`refund_channel_${n}`, 'ORIGINAL'],
    [`refund_fee_${n}`, refund.refund],
    [`settlement_refund_fee_${n}`, refund.payer_refund],
    [`refund_status_${n}`, REFUND_STATUS[refund.state]],
    [`refund_account_${n}`, ACCOUNTS[refund.funds_account]],
    [`refund_recv_accout_${n}`, refund.account],
    ...(done ? ([[`refund_success_time_${n}`, done.slice(0, 19).replace('T', ' ')]] as [string, string][]) : []),
  ];
}
