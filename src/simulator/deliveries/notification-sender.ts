import { setImmediate as immediate } from 'node:timers/promises';
import { DAY } from '../../util/clock.js';
import type { Clock } from '../clock.js';
import type { NotifyFault } from '../scenarios/notify-faults.js';
import type { Rules } from '../scenarios/rules.js';
import { DeliveryLog } from './delivery-log.js';
import { envelopeOf } from './envelope.js';
import type { Delivery, Message, Notification } from './notification.js';
import { RETRY_DELAYS } from './retry-delays.js';
import { send } from './send.js';

/** How the two APIs write a notification and read its reply. */
export interface Composer {
  /** Writes the message of one attempt, with the faults of its content. */
  compose(notification: Notification, fault: NotifyFault): Message;
  /** Whether a reply acknowledges the notification. */
  acknowledges(notification: Notification, status: number, reply: Buffer): boolean;
}

interface SenderOptions {
  clock: Clock;
  /** Where the fault of each attempt comes from. */
  switches: { takeNotify(): NotifyFault };
  rules: Rules;
  composer: Composer;
  /** Is called when an attempt starts and when it ends. */
  onChange?: (delivery: Delivery) => void;
}

/** An attempt that is going to be made. Times are Unix milliseconds. */
interface Attempt {
  notification: Notification;
  attempt: number;
  due: number;
  /** The fault, when it was taken already. */
  taken?: NotifyFault;
}

/** How long an attempt that is to arrive out of order waits for another notification. */
const LONGEST_HOLD = DAY;

/** Delivers notifications until they are acknowledged or the retries end. */
export class NotificationSender {
  readonly log = new DeliveryLog();
  readonly #options: SenderOptions;
  readonly #running = new Set<Promise<unknown>>();
  /** What starts the attempts that are held back, by order. */
  readonly #held = new Map<string, Set<() => void>>();

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /**
   * Sends a notification after this many milliseconds, and at the earliest when the caller has
   * returned. Resolves when the first attempt has ended.
   */
  send(notification: Notification, delay = 0): Promise<void> {
    const { clock } = this.#options;
    this.log.keep(notification);
    const first: Attempt = { notification, attempt: 1, due: clock.now() + delay };
    if (delay === 0) return this.#track(immediate().then(() => this.#make(first)));
    return new Promise((resolve) => {
      clock.at(first.due, () => this.#track(this.#make(first)).finally(resolve));
    });
  }

  /** Sends the notification of an attempt once more, without retries. */
  async resend({ notification: id, attempt }: Delivery): Promise<Delivery> {
    const notification = this.log.notification(id);
    if (!notification) throw new TypeError(`notification ${id} is no longer kept`);
    const fault = this.#options.switches.takeNotify();
    return this.#track(this.#deliver(notification, attempt + 1, fault));
  }

  /** Resolves when no attempt is running. Retries that wait for their time do not count. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #track<Result>(work: Promise<Result>): Promise<Result> {
    const tracked = work.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
    return tracked;
  }

  async #make({ notification, attempt, due, taken }: Attempt): Promise<void> {
    const { clock, switches } = this.#options;
    const { delay, outOfOrder, ...fault } = taken ?? switches.takeNotify();
    if (delay) {
      const later = { notification, attempt, due: due + delay, taken: { ...fault, outOfOrder } };
      clock.at(later.due, () => this.#track(this.#make(later as Attempt)));
      return;
    }
    if (outOfOrder) return this.#hold({ notification, attempt, due, taken: fault });
    const copies = Array.from({ length: fault.duplicate ?? 1 }, () =>
      this.#deliver(notification, attempt, fault),
    );
    const delivered = await Promise.all(copies);
    this.#release(notification);
    const acknowledged = delivered.some((delivery) => delivery.acknowledged);
    if (!acknowledged) this.#retryLater(notification, attempt, due);
  }

  /** Waits until another notification of the same order was sent, or for a day. */
  #hold(attempt: Attempt): void {
    const { out_trade_no = '' } = attempt.notification;
    const waiting = this.#held.get(out_trade_no) ?? new Set();
    this.#held.set(out_trade_no, waiting);
    const start = (): Promise<void> => {
      waiting.delete(start);
      cancel();
      return this.#track(this.#make(attempt));
    };
    const cancel = this.#options.clock.at(attempt.due + LONGEST_HOLD, start);
    waiting.add(start);
  }

  #release({ out_trade_no = '' }: Notification): void {
    const waiting = this.#held.get(out_trade_no);
    this.#held.delete(out_trade_no);
    for (const start of waiting ?? []) start();
  }

  #retryLater(notification: Notification, attempt: number, due: number): void {
    const { clock, rules } = this.#options;
    const gap = RETRY_DELAYS[attempt - 1];
    // After a reset with its data, nothing is sent of what was before.
    const isKept = this.log.notification(notification.id) !== undefined;
    if (gap === undefined || attempt >= rules.sends || !isKept) return;
    // The delay counts from the time the attempt was due, so that slow answers do not add up.
    const next = { notification, attempt: attempt + 1, due: due + gap };
    clock.at(next.due, () => this.#track(this.#make(next)));
  }

  async #deliver(
    notification: Notification,
    attempt: number,
    fault: NotifyFault,
  ): Promise<Delivery> {
    const { clock, onChange } = this.#options;
    const delivery = this.log.start(notification, attempt, clock, fault);
    onChange?.(delivery);
    if (fault.lost) delivery.error = 'lost on the way';
    else await this.#transmit(notification, delivery, fault);
    onChange?.(delivery);
    return delivery;
  }

  async #transmit(
    notification: Notification,
    delivery: Delivery,
    fault: NotifyFault,
  ): Promise<void> {
    const { composer, rules } = this.#options;
    const { notifyTimeout: timeout, notifyInsecure: insecure } = rules;
    const started = performance.now();
    try {
      const message = composer.compose(notification, fault);
      const envelope = envelopeOf(message, fault);
      Object.assign(delivery, sentFacts(envelope.method, message));
      const { status, reply } = await send(notification.url, envelope, { timeout, insecure });
      delivery.status = status;
      delivery.reply = reply.toString();
      delivery.acknowledged =
        envelope.method === 'POST' && composer.acknowledges(notification, status, reply);
    } catch (error) {
      delivery.error = error instanceof Error ? error.message || String(error) : String(error);
    }
    delivery.duration = Math.round(performance.now() - started);
  }
}

/** What the log keeps of a message that is sent. A probe without a body carries none of it. */
function sentFacts(method: string, message: Message): Partial<Delivery> {
  if (method !== 'POST') return { sent: { method, headers: {} }, body: '' };
  const { headers, body, signature, decrypted } = message;
  const text = body.toString();
  return {
    sent: { method, headers },
    body: text,
    ...(!body.equals(Buffer.from(text)) && { bodyBase64: body.toString('base64') }),
    ...(signature && { signature }),
    ...(decrypted !== undefined && { decrypted }),
  };
}
