import { readXml } from '../../core/v2/xml/read.js';
import type { Merchant } from '../accounts/merchant.js';
import type { Composer } from '../deliveries/notification-sender.js';
import type { SimulatorState } from '../state.js';
import { composePayment } from './v2/payment-notification.js';
import { composeRefund } from './v2/refund-notification.js';
import { composeEvent } from './v3/event.js';

/** How the notifications of both APIs are written and acknowledged. */
export const composerOf = (state: SimulatorState): Composer => ({
  compose: (notification, fault) => {
    const merchant = state.merchants.get(notification.mchid) as Merchant;
    switch (notification.kind) {
      case 'v2.payment':
        return composePayment(merchant, notification.content, fault);
      case 'v2.refund':
        return composeRefund(merchant, notification.content, fault);
      default:
        return composeEvent(state, merchant, notification, fault);
    }
  },
  acknowledges: ({ kind }, status, reply) =>
    kind === 'v2.payment' || kind === 'v2.refund'
      ? acknowledgesV2(status, reply)
      : status === 200 || status === 204,
});

/** API v2 is acknowledged by HTTP 200 with a document whose `return_code` is SUCCESS. */
function acknowledgesV2(status: number, reply: Buffer): boolean {
  if (status !== 200) return false;
  try {
    return readXml(reply).get('return_code') === 'SUCCESS';
  } catch {
    return false;
  }
}
