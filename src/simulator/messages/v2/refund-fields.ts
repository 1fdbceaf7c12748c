import { toRfc3339 } from '../../../core/beijing-time.js';
import type { LedgerRefund, RefundState } from '../../ledger/refunds.js';
import type { Fields } from '../../signing/v2.js';
import { optional } from './payment-fields.js';

/** The states of a refund in the words of API v2. */
export const REFUND_STATUS: Record<RefundState, string> = {
  PROCESSING: 'PROCESSING',
  SUCCESS: 'SUCCESS',
  CLOSED: 'REFUNDCLOSE',
  ABNORMAL: 'CHANGE',
};

const ACCOUNTS = {
  AVAILABLE: 'REFUND_SOURCE_RECHARGE_FUNDS',
  UNSETTLED: 'REFUND_SOURCE_UNSETTLED_FUNDS',
};

/** When a refund succeeded, as `2026-01-31 12:34:56`. */
export const successTime = ({ succeededAt }: LedgerRefund): string | undefined =>
  succeededAt === undefined
    ? undefined
    : toRfc3339(new Date(succeededAt)).slice(0, 19).replace('T', ' ');

/** The fields of a refund that was accepted. */
export const acceptedFields = ({ order, ...refund }: LedgerRefund): Fields =>
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

/** The fields of one refund in a query answer, which numbers its refunds. */
export const queriedFields = (
  refund: LedgerRefund,
  n: number,
): (readonly [string, string | number])[] => [
  [`out_refund_no_${n}`, refund.out_refund_no],
  [`refund_id_${n}`, refund.refund_id],
  [`refund_channel_${n}`, 'ORIGINAL'],
  [`refund_fee_${n}`, refund.refund],
  [`settlement_refund_fee_${n}`, refund.payer_refund],
  [`refund_status_${n}`, REFUND_STATUS[refund.state]],
  [`refund_account_${n}`, ACCOUNTS[refund.funds_account]],
  [`refund_recv_accout_${n}`, refund.account],
  ...optional(`refund_success_time_${n}`, successTime(refund)),
];
