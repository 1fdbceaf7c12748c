import type { Merchant } from '../../accounts/merchant.js';
import type { Notification } from '../../deliveries/notification.js';
import type { SimulatorState } from '../../state.js';
import { eventNotification } from './event.js';

/** An event of API v3 other than a payment or a refund, for example of a transfer. */
export interface SimulatorEvent {
  /** The address to notify. */
  url: string;
  /** For example `MCHTRANSFER.BILL.FINISHED`. */
  event_type: string;
  /** The kind of the resource, for example `mch_payment`. */
  original_type: string;
  /** What is encrypted. */
  resource: Readonly<Record<string, unknown>>;
  /**
   * A text for people.
   *
   * @default the event_type
   */
  summary?: string;
  /** The order the event is about, for the log of deliveries. */
  out_trade_no?: string;
}

/** The notification of such an event. */
export const otherEvent = (
  state: SimulatorState,
  merchant: Merchant,
  { summary, resource, ...event }: SimulatorEvent,
): Notification =>
  eventNotification(state, merchant, {
    kind: 'v3.event',
    summary: summary ?? event.event_type,
    resource: { ...resource },
    ...event,
  });
