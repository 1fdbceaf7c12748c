import type { Notification } from '../deliveries/notification.js';
import type { LedgerOrder } from '../ledger/order.js';
import type { LedgerRefund } from '../ledger/refunds.js';
import type { SimulatorState } from '../state.js';
import { paymentNotification as paymentV2 } from './v2/payment-notification.js';
import { refundNotification as refundV2 } from './v2/refund-notification.js';
import { paymentNotification as paymentV3 } from './v3/payment-notification.js';
import { refundNotification as refundV3 } from './v3/refund-notification.js';

/** The notification of a paid order, in the form of the API that ordered last. */
export const paymentNotification = (state: SimulatorState, order: LedgerOrder): Notification =>
  order.api === 'v3' ? paymentV3(state, order) : paymentV2(state, order);

/**
 * The notification of a refund that ended, in the form of the API that asked for it. Where the
 * request named no address, the one of the merchant platform is used, always in the form of API v2.
 *
 * @returns `undefined` when there is no address
 */
export function refundNotification(
  state: SimulatorState,
  refund: LedgerRefund,
): Notification | undefined {
  const { by, notify_url, order } = refund;
  if (notify_url !== undefined) {
    const form = state.switches.refund.notificationForm === 'v2' ? 'v2' : by;
    return (form === 'v3' ? refundV3 : refundV2)(state, refund, notify_url);
  }
  const url = state.merchants.get(order.mchid)?.refundNotifyUrl;
  return url === undefined ? undefined : refundV2(state, refund, url);
}
