import type { NotifyFault } from '../scenarios/notify-faults.js';

/** What a notification is about, in the form of which API. */
export type NotificationKind = 'v2.payment' | 'v2.refund' | 'v3.payment' | 'v3.refund' | 'v3.event';

/** Headers and body of one attempt. */
export interface Message {
  headers: Record<string, string | string[]>;
  body: Buffer;
}

/** One notification of either API: what each attempt sends, and which replies end it. */
export interface Notification {
  id: string;
  kind: NotificationKind;
  url: string;
  /** The order it is about, if it is about one. */
  out_trade_no?: string;
  /** Writes the message of one attempt, with the faults of its content. */
  compose(fault: NotifyFault): Message;
  /** Whether this reply acknowledges the notification. */
  acknowledges(status: number, reply: Buffer): boolean;
}

/** One attempt to deliver a notification. It is logged when it starts and completed when it ends. */
export interface Delivery {
  /** The id of the notification. Its retries and copies share it. */
  id: string;
  kind: NotificationKind;
  url: string;
  /** The order it is about, if it is about one. */
  out_trade_no?: string;
  /** Counts from 1. */
  attempt: number;
  /** When it started: Unix milliseconds on the simulator's clock. */
  at: number;
  /** The faults that were asked for. */
  fault?: NotifyFault;
  /** The body that was sent. */
  body?: string;
  status?: number;
  /** Real milliseconds until the answer. */
  duration?: number;
  /** The body of the answer. */
  reply?: string;
  acknowledged: boolean;
  /** Why there was no answer. */
  error?: string;
}
