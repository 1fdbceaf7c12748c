import { setImmediate as immediate } from 'node:timers/promises';
import type { Clock } from '../clock.js';
import type { NotifyFault } from '../scenarios/notify-faults.js';
import type { Rules } from '../scenarios/rules.js';
import { DeliveryLog } from './delivery-log.js';
import { envelopeOf } from './envelope.js';
import { Held } from './held.js';
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
  onAttempt?: (delivery: Delivery) => void;
  /** Is called when it becomes known which attempt is next; without one, nothing follows. */
  onNext?: (notification: Notification, next: NextAttempt | undefined) => void;
  /** Is called with each record that is dropped because there are too many. */
  onDrop?: (delivery: Delivery) => void;
}

/** The attempt that follows. Times are Unix milliseconds. */
export interface NextAttempt {
  /** Counts from 1. */
  attempt: number;
  due: number;
  /** Its fault, when that was taken already. */
  taken?: NotifyFault;
}

interface Attempt extends NextAttempt {
  notification: Notification;
}

/** Delivers notifications until they are acknowledged or the retries end. */
export class NotificationSender {
  readonly log: DeliveryLog;
  readonly #options: SenderOptions;
  readonly #held: Held;
  readonly #running = new Set<Promise<unknown>>();

  constructor(options: SenderOptions) {
    this.#options = options;
    this.log = new DeliveryLog(options.onDrop);
    this.#held = new Held(options.clock);
  }

  /**
   * Sends a notification after this many milliseconds, and at the earliest when the caller has
   * returned. Resolves when the first attempt has ended.
   */
  send(notification: Notification, delay = 0): Promise<void> {
    this.log.keep(notification);
    const first = { notification, attempt: 1, due: this.#options.clock.now() + delay };
    if (delay > 0) return this.#schedule(first);
    this.#options.onNext?.(notification, { attempt: first.attempt, due: first.due });
    return this.#track(immediate().then(() => this.#make(first)));
  }

  /** Goes on with a notification of an earlier run, at the earliest now. */
  resume(notification: Notification, next: NextAttempt | undefined): void {
    this.log.keep(notification);
    if (!next) return;
    const due = Math.max(next.due, this.#options.clock.now());
    void this.#schedule({ ...next, notification, due });
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

  /** Makes an attempt at its time. Resolves when it has ended. */
  #schedule({ notification, ...next }: Attempt): Promise<void> {
    const { clock, onNext } = this.#options;
    onNext?.(notification, next);
    return new Promise((resolve) => {
      const make = () => this.#track(this.#make({ notification, ...next })).finally(resolve);
      clock.at(next.due, make);
    });
  }

  async #make({ notification, attempt, due, taken }: Attempt): Promise<void> {
    const { delay, outOfOrder, ...fault } = taken ?? this.#options.switches.takeNotify();
    if (delay) {
      const later = outOfOrder ? { ...fault, outOfOrder } : fault;
      void this.#schedule({ notification, attempt, due: due + delay, taken: later });
      return;
    }
    const about = notification.out_trade_no ?? '';
    if (outOfOrder) {
      const make = () => this.#track(this.#make({ notification, attempt, due, taken: fault }));
      return this.#held.hold(about, make);
    }
    const copies = Array.from({ length: fault.duplicate ?? 1 }, () =>
      this.#deliver(notification, attempt, fault),
    );
    const delivered = await Promise.all(copies);
    this.#held.release(about);
    if (delivered.some(({ acknowledged }) => acknowledged)) this.#end(notification);
    else this.#retryLater({ notification, attempt, due });
  }

  #retryLater({ notification, attempt, due }: Attempt): void {
    const gap = RETRY_DELAYS[attempt - 1];
    // After a reset with its data, nothing is sent of what was before.
    const isKept = this.log.notification(notification.id) !== undefined;
    if (gap === undefined || attempt >= this.#options.rules.sends || !isKept) {
      this.#end(notification);
      return;
    }
    // The delay counts from the time the attempt was due, so that slow answers do not add up.
    void this.#schedule({ notification, attempt: attempt + 1, due: due + gap });
  }

  #end(notification: Notification): void {
    this.#options.onNext?.(notification, undefined);
  }

  async #deliver(
    notification: Notification,
    attempt: number,
    fault: NotifyFault,
  ): Promise<Delivery> {
    const { clock, onAttempt } = this.#options;
    const delivery = this.log.start(notification, attempt, clock, fault);
    onAttempt?.(delivery);
    if (fault.lost) delivery.error = 'lost on the way';
    else await this.#transmit(notification, delivery, fault);
    onAttempt?.(delivery);
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
