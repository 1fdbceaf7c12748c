import type { Merchant } from '../../accounts/merchant.js';
import type { Notification } from '../../deliveries/notification.js';
import type { LedgerRefund } from '../../ledger/refunds.js';
import type { SimulatorState } from '../../state.js';
import { eventNotification } from './event.js';
import { v3Time } from './transaction.js';

const SUMMARIES: Record<string, string> = {
  SUCCESS: '退款成功',
  CLOSED: '退款关闭',
  ABNORMAL: '退款异常',
};

/** The notification of a refund that ended. */
export const refundNotification = (
  state: SimulatorState,
  refund: LedgerRefund,
  url: string,
): Notification =>
  eventNotification(state, state.merchants.get(refund.order.mchid) as Merchant, {
    kind: 'v3.refund',
    url,
    out_trade_no: refund.order.out_trade_no,
    event_type: `REFUND.${refund.state}`,
    summary: SUMMARIES[refund.state] ?? refund.state,
    original_type: 'refund',
    resource: resourceOf(refund),
  });

function resourceOf(refund: LedgerRefund): Record<string, unknown> {
  const { order, succeededAt } = refund;
  const { mchid, sub_mchid } = order;
  return {
    ...(sub_mchid === undefined ? { mchid } : { sp_mchid: mchid, sub_mchid }),
    transaction_id: order.payment?.transaction_id,
    out_trade_no: order.out_trade_no,
    refund_id: refund.refund_id,
    out_refund_no: refund.out_refund_no,
    refund_status: refund.state,
    ...(succeededAt !== undefined && { success_time: v3Time(succeededAt) }),
    user_received_account: refund.account,
    amount: {
      total: order.total,
      refund: refund.refund,
      payer_total: order.payment?.payer_total,
      payer_refund: refund.payer_refund,
    },
  };
}
