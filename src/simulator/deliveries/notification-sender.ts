import { setImmediate as immediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Clock } from '../clock.js';
import type { NotifyFault } from '../scenarios/notify-faults.js';
import type { Rules } from '../scenarios/rules.js';
import type { Delivery, Notification } from './notification.js';
import { RETRY_DELAYS } from './retry-delays.js';
import { type Envelope, send } from './send.js';

interface SenderOptions {
  clock: Clock;
  /** Where the fault of each attempt comes from. */
  switches: { takeNotify(): NotifyFault };
  rules: Rules;
}

/** Delivers notifications until they are acknowledged or the retries end. */
export class NotificationSender {
  /** Every attempt, newest last. */
  readonly log: Delivery[] = [];
  readonly #clock: Clock;
  readonly #switches: SenderOptions['switches'];
  readonly #rules: Rules;
  readonly #running = new Set<Promise<void>>();

  constructor({ clock, switches, rules }: SenderOptions) {
    this.#clock = clock;
    this.#switches = switches;
    this.#rules = rules;
  }

  /**
   * Sends a notification after this many milliseconds, and at the earliest when the caller has
   * returned. Resolves when the first attempt has ended.
   */
  send(notification: Notification, delay = 0): Promise<void> {
    const due = this.#clock.now() + delay;
    if (delay === 0) {
      return this.#track(immediate().then(() => this.#attempt(notification, 1, due)));
    }
    return new Promise((resolve) => {
      this.#clock.at(due, () => this.#track(this.#attempt(notification, 1, due)).finally(resolve));
    });
  }

  /** Resolves when no attempt is running. Retries that wait for their time do not count. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #track(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
    return tracked;
  }

  async #attempt(
    notification: Notification,
    attempt: number,
    due: number,
    taken?: NotifyFault,
  ): Promise<void> {
    const { delay, ...fault } = taken ?? this.#switches.takeNotify();
    if (delay) {
      const later = due + delay;
      this.#clock.at(later, () => this.#track(this.#attempt(notification, attempt, later, fault)));
      return;
    }
    const copies = Array.from({ length: fault.duplicate ?? 1 }, () =>
      this.#deliver(notification, attempt, fault),
    );
    const acknowledged = await Promise.all(copies);
    if (!acknowledged.includes(true)) this.#retryLater(notification, attempt, due);
  }

  #retryLater(notification: Notification, attempt: number, due: number): void {
    const gap = RETRY_DELAYS[attempt - 1];
    if (gap === undefined || attempt >= this.#rules.sends) return;
    // The delay counts from the time the attempt was due, so that slow answers do not add up.
    const next = due + gap;
    this.#clock.at(next, () => this.#track(this.#attempt(notification, attempt + 1, next)));
  }

  async #deliver(
    notification: Notification,
    attempt: number,
    fault: NotifyFault,
  ): Promise<boolean> {
    const { id, kind, url, out_trade_no } = notification;
    const at = this.#clock.now();
    const delivery: Delivery = {
      id,
      kind,
      url,
      ...(out_trade_no !== undefined && { out_trade_no }),
      attempt,
      at,
      acknowledged: false,
    };
    if (Object.keys(fault).length > 0) delivery.fault = fault;
    this.log.push(delivery);
    if (fault.lost) {
      delivery.error = 'lost on the way';
      return false;
    }
    const started = performance.now();
    try {
      const envelope = envelopeOf(notification, fault);
      delivery.body = envelope.body.toString();
      const { notifyTimeout: timeout, notifyInsecure: insecure } = this.#rules;
      const { status, reply } = await send(url, envelope, { timeout, insecure });
      delivery.status = status;
      delivery.reply = reply.toString();
      delivery.acknowledged =
        envelope.method === 'POST' && notification.acknowledges(status, reply);
    } catch (error) {
      delivery.error = error instanceof Error ? error.message || String(error) : String(error);
    }
    delivery.duration = Math.round(performance.now() - started);
    return delivery.acknowledged;
  }
}

function envelopeOf(notification: Notification, fault: NotifyFault): Envelope {
  if (fault.method) return { method: fault.method, headers: {}, body: Buffer.alloc(0) };
  const { headers, body } = notification.compose(fault);
  const chunked = fault.chunked ?? false;
  if (!fault.gzip) return { method: 'POST', headers, body, chunked };
  return {
    method: 'POST',
    headers: { ...headers, 'Content-Encoding': 'gzip' },
    body: gzipSync(body),
    chunked,
  };
}
