import type { Clock } from '../clock.js';
import type { NotifyFault } from '../scenarios/notify-faults.js';
import type { Delivery, Notification } from './notification.js';

/** A day of retries of 3,000 notifications fits. */
const LONGEST = 50_000;

/** Every attempt to deliver a notification, newest last, and the notifications themselves. */
export class DeliveryLog {
  readonly records: Delivery[] = [];
  readonly #byId = new Map<string, Delivery>();
  readonly #notifications = new Map<string, Notification>();
  readonly #onDrop: ((delivery: Delivery) => void) | undefined;
  #count = 0;

  /** @param onDrop is called with each record that is dropped because there are too many */
  constructor(onDrop?: (delivery: Delivery) => void) {
    this.#onDrop = onDrop;
  }

  /** Starts the record of an attempt, and drops the oldest ones when there are too many. */
  start(
    notification: Notification,
    attempt: number,
    { now, real }: Pick<Clock, 'now' | 'real'>,
    fault: NotifyFault,
  ): Delivery {
    const { id, kind, url, mchid, out_trade_no } = notification;
    const delivery: Delivery = {
      id: `d${++this.#count}`,
      notification: id,
      kind,
      url,
      mchid,
      ...(out_trade_no !== undefined && { out_trade_no }),
      attempt,
      at: now(),
      realAt: real(),
      ...(Object.keys(fault).length > 0 && { fault }),
      acknowledged: false,
    };
    this.#notifications.set(id, notification);
    this.add(delivery);
    return delivery;
  }

  /** Adds a record as it is, for example one of an earlier run. */
  add(delivery: Delivery): void {
    this.#count = Math.max(this.#count, Number(delivery.id.slice(1)));
    this.records.push(delivery);
    this.#byId.set(delivery.id, delivery);
    if (this.records.length <= LONGEST) return;
    for (const dropped of this.records.splice(0, LONGEST / 10)) {
      this.#byId.delete(dropped.id);
      this.#onDrop?.(dropped);
    }
  }

  /** Keeps a notification, so that it can be sent again. */
  keep(notification: Notification): void {
    this.#notifications.set(notification.id, notification);
  }

  find(id: string): Delivery | undefined {
    return this.#byId.get(id);
  }

  notification(id: string): Notification | undefined {
    return this.#notifications.get(id);
  }

  notificationIds(): Iterable<string> {
    return this.#notifications.keys();
  }

  clear(): void {
    this.records.length = 0;
    this.#byId.clear();
    this.#notifications.clear();
  }
}
