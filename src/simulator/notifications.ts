import type { Message } from './deliveries/post-office.js';
import type { LedgerOrder } from './ledger/order.js';
import type { LedgerRefund } from './ledger/refunds.js';
import { paymentMessage as paymentV2 } from './v2/notification.js';
import { refundMessage as refundV2 } from './v2/refund-notification.js';
import { paymentMessage as paymentV3 } from './v3/notification.js';
import { refundMessage as refundV3 } from './v3/refund-notification.js';
import type { World } from './world.js';

/** The notification of a paid order, in the form of the API that placed it last. */
export const paymentMessage = (world: World, order: LedgerOrder): Message =>
  order.api === 'v3' ? paymentV3(world, order) : paymentV2(world, order);

/**
 * The notification of a refund that ended, in the form of the API that asked for it. Where the request named no address the merchant
 * platform's own is used, in v2's form whatever the API; without one nobody is told.
 */
export function refundMessage(world: World, refund: LedgerRefund): Message | undefined {
  const { by, notify_url, order } = refund;
  if (notify_url !== undefined) return (by === 'v3' ? refundV3 : refundV2)(world, refund, notify_url);
  const { refundNotifyUrl } = world.merchants.get(order.mchid) ?? {};
  return refundNotifyUrl === undefined ? undefined : refundV2(world, refund, refundNotifyUrl);
}
