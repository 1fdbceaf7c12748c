import type { Merchant } from '../../accounts/merchant.js';
import type { Notification } from '../../deliveries/notification.js';
import type { LedgerOrder } from '../../ledger/order.js';
import type { SimulatorState } from '../../state.js';
import { eventNotification } from './event.js';
import { transactionOf } from './transaction.js';

/** The notification of a paid order. */
export const paymentNotification = (state: SimulatorState, order: LedgerOrder): Notification =>
  eventNotification(state, state.merchants.get(order.mchid) as Merchant, {
    kind: 'v3.payment',
    url: order.notify_url,
    out_trade_no: order.out_trade_no,
    event_type: 'TRANSACTION.SUCCESS',
    summary: '支付成功',
    original_type: 'transaction',
    resource: transactionOf(order, 'SUCCESS'),
  });
