import type { LedgerRefund } from '../ledger/refunds.js';
import { v3Time } from '../messages/v3/transaction.js';

/** A refund in the form of answers. */
export function refundAnswer(refund: LedgerRefund): Record<string, unknown> {
  const { order, succeededAt } = refund;
  return {
    refund_id: refund.refund_id,
    out_refund_no: refund.out_refund_no,
    transaction_id: order.payment?.transaction_id,
    out_trade_no: order.out_trade_no,
    channel: 'ORIGINAL',
    user_received_account: refund.account,
    ...(succeededAt !== undefined && { success_time: v3Time(succeededAt) }),
    create_time: v3Time(refund.createdAt),
    status: refund.state,
    funds_account: refund.funds_account,
    amount: {
      total: order.total,
      refund: refund.refund,
      payer_total: order.payment?.payer_total ?? 0,
      payer_refund: refund.payer_refund,
      settlement_refund: refund.refund,
      settlement_total: order.total,
      discount_refund: refund.refund - refund.payer_refund,
      currency: order.currency,
      refund_fee: 0,
    },
    promotion_detail: [],
  };
}
