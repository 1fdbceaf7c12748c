import { toRfc3339 } from '../../core/beijing-time.js';
import type { Message } from '../deliveries/post-office.js';
import type { LedgerRefund } from '../ledger/refunds.js';
import type { Merchant, World } from '../world.js';
import { sealedMessage } from './notification.js';

const SUMMARIES: Record<string, string> = { SUCCESS: '退款成功', CLOSED: '退款关闭', ABNORMAL: '退款异常' };

/** The notification of a refund that ended. */
export function refundMessage(world: World, refund: LedgerRefund, url: string): Message {
  const { order, state, success_time } = refund;
  const { mchid, sub_mchid } = order;
  return sealedMessage(world, world.merchants.get(mchid) as Merchant, {
    kind: 'v3.refund',
    url,
    out_trade_no: order.out_trade_no,
    event_type: `REFUND.${state}`,
    summary: SUMMARIES[state] ?? state,
    original_type: 'refund',
    resource: {
      ...(sub_mchid === undefined ? { mchid } : { sp_mchid: mchid, sub_mchid }),
      transaction_id: order.payment?.transaction_id,
      out_trade_no: order.out_trade_no,
      refund_id: refund.refund_id,
      out_refund_no: refund.out_refund_no,
      refund_status: state,
      ...(success_time !== undefined && { success_time: toRfc3339(new Date(success_time * 1000)) }),
      user_received_account: refund.account,
      amount: {
        total: order.total,
        refund: refund.refund,
        payer_total: order.payment?.payer_total,
        payer_refund: refund.payer_refund,
      },
    },
  });
}
