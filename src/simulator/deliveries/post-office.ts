import { setImmediate as immediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Clock } from '../clock.js';
import type { NotifyFault, Switches } from '../switches.js';
import type { Rules } from '../world.js';
import { type Envelope, send } from './send.js';
import { RETRY_SECONDS } from './timetable.js';

/** One notification, whatever its API: what each attempt sends, and which replies end it. */
export interface Message {
  id: string;
  kind: 'v2.payment' | 'v2.refund' | 'v3.payment' | 'v3.refund';
  url: string;
  out_trade_no: string;
  /** The message with what a switch wants wrong about its content. */
  compose(fault: NotifyFault): { headers: Record<string, string | string[]>; body: Buffer };
  acknowledges(status: number, reply: Buffer): boolean;
}

/** One attempt. Entries appear when the attempt begins and are completed when it ends. */
export interface Delivery {
  /** Of the notification: retries and copies share it. */
  id: string;
  kind: Message['kind'];
  url: string;
  out_trade_no: string;
  /** From 1. */
  attempt: number;
  /** Unix seconds on the simulator's clock. */
  at: number;
  /** What was wrong with it on purpose. */
  fault?: NotifyFault;
  /** What was sent. */
  body?: string;
  status?: number;
  /** Real milliseconds until the answer. */
  ms?: number;
  reply?: string;
  acknowledged: boolean;
  /** Why there is no status. */
  error?: string;
}

/** Delivers notifications until they are acknowledged or the timetable ends. */
export class PostOffice {
  readonly log: Delivery[] = [];
  readonly #clock: Clock;
  readonly #switches: Switches;
  readonly #rules: Rules;
  readonly #underway = new Set<Promise<void>>();

  constructor({ clock, switches, rules }: { clock: Clock; switches: Switches; rules: Rules }) {
    this.#clock = clock;
    this.#switches = switches;
    this.#rules = rules;
  }

  /** Sends as soon as the caller has gone on, or so many seconds later; resolves when the first attempt is over. */
  post(message: Message, delay = 0): Promise<void> {
    const due = this.#clock.now() + delay;
    if (delay === 0) return this.#track(immediate().then(() => this.#attempt(message, 1, due)));
    return new Promise((resolve) => {
      this.#clock.at(due, () => this.#track(this.#attempt(message, 1, due)).finally(resolve));
    });
  }

  /** Resolves when nothing is on its way; retries that wait for their time do not count. */
  async settled(): Promise<void> {
    while (this.#underway.size > 0) await Promise.all(this.#underway);
  }

  #track(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => this.#underway.delete(tracked));
    this.#underway.add(tracked);
    return tracked;
  }

  async #attempt(message: Message, attempt: number, due: number, taken?: NotifyFault): Promise<void> {
    const { delay, ...fault } = taken ?? this.#switches.takeNotify();
    if (delay) {
      const later = due + delay;
      this.#clock.at(later, () => this.#track(this.#attempt(message, attempt, later, fault)));
      return;
    }
    const copies = Array.from({ length: fault.duplicate ?? 1 }, () => this.#copy(message, attempt, fault));
    if ((await Promise.all(copies)).includes(true)) return;
    const gap = RETRY_SECONDS[attempt - 1];
    if (gap === undefined || attempt >= this.#rules.sends) return;
    // from send to send, so that slow answers do not stretch the timetable
    const next = due + gap;
    this.#clock.at(next, () => this.#track(this.#attempt(message, attempt + 1, next)));
  }

  async #copy(message: Message, attempt: number, fault: NotifyFault): Promise<boolean> {
    const { id, kind, url, out_trade_no } = message;
    const delivery: Delivery = { id, kind, url, out_trade_no, attempt, at: this.#clock.now(), acknowledged: false };
    if (Object.keys(fault).length > 0) delivery.fault = fault;
    this.log.push(delivery);
    if (fault.lost) {
      delivery.error = 'lost on the way';
      return false;
    }
    const began = performance.now();
    try {
      const envelope = this.#envelope(message, fault);
      delivery.body = envelope.body.toString();
      const { status, reply } = await send(url, envelope, {
        timeout: this.#rules.notifyTimeout,
        insecure: this.#rules.notifyInsecure,
      });
      delivery.status = status;
      delivery.reply = reply.toString();
      delivery.acknowledged = envelope.method === 'POST' && message.acknowledges(status, reply);
    } catch (error) {
      delivery.error = error instanceof Error ? error.message || String(error) : String(error);
    }
    delivery.ms = Math.round(performance.now() - began);
    return delivery.acknowledged;
  }

  #envelope(message: Message, fault: NotifyFault): Envelope {
    if (fault.method) return { method: fault.method, headers: {}, body: Buffer.alloc(0) };
    const { headers, body } = message.compose(fault);
    const chunked = fault.chunked ?? false;
    return fault.gzip
      ? { method: 'POST', headers: { ...headers, 'content-encoding': 'gzip' }, body: gzipSync(body), chunked }
      : { method: 'POST', headers, body, chunked };
  }
}
