import type { SignTypeV2 } from '../../core/v2/sign.js';
import type { NotifyFault } from '../scenarios/notify-faults.js';

/** What a notification is about, in the form of which API. */
export type NotificationKind = 'v2.payment' | 'v2.refund' | 'v3.payment' | 'v3.refund' | 'v3.event';

/** The fields of a document of API v2, in their order. */
export type FieldPairs = readonly (readonly [name: string, value: string | number])[];

/** The content of a notification of API v3: what is encrypted, and what retries have in common. */
export interface EventContent {
  event_type: string;
  summary: string;
  original_type: string;
  resource: Readonly<Record<string, unknown>>;
  nonce: string;
  create_time: string;
}

/** The content of a payment notification of API v2. */
export interface PaymentContentV2 {
  fields: FieldPairs;
  signType: SignTypeV2;
}

/** The content of a refund notification of API v2: the encrypted fields and the others. */
export interface RefundContentV2 {
  inner: FieldPairs;
  outer: FieldPairs;
}

interface About {
  id: string;
  url: string;
  mchid: string;
  /** The order it is about, if it is about one. */
  out_trade_no?: string;
}

/** One notification of either API. It is plain data, so that it can be kept over a restart. */
export type Notification = About &
  (
    | { kind: 'v3.payment' | 'v3.refund' | 'v3.event'; content: EventContent }
    | { kind: 'v2.payment'; content: PaymentContentV2 }
    | { kind: 'v2.refund'; content: RefundContentV2 }
  );

/** What signs a notification, on both sides. */
export interface NotificationSignature {
  /** `WECHATPAY2-SHA256-RSA2048`, `MD5` or `HMAC-SHA256`. */
  scheme: string;
  /** v3: the serial that the message names. */
  serial?: string;
  /** The text that WeChat signed. */
  signed: string;
  /** The text that a receiver makes of what arrives. */
  received: string;
  signature: string;
}

/** Headers and body of one attempt. */
export interface Message {
  headers: Record<string, string | string[]>;
  body: Buffer;
  /** Absent when the message is not signed. */
  signature?: NotificationSignature;
  /** The text that the body carries encrypted. */
  decrypted?: string;
}

/** One attempt to deliver a notification. It is logged when it starts and completed when it ends. */
export interface Delivery {
  /** `d1`, `d2`, … */
  id: string;
  /** The id of the notification. Its retries and copies share it. */
  notification: string;
  kind: NotificationKind;
  url: string;
  mchid: string;
  /** The order it is about, if it is about one. */
  out_trade_no?: string;
  /** Counts from 1. */
  attempt: number;
  /** When it started: Unix milliseconds on the simulator's clock. */
  at: number;
  /** The same on the real clock. */
  realAt: number;
  /** The faults that were asked for. */
  fault?: NotifyFault;
  /** The method and the headers that were sent. */
  sent?: { method: string; headers: Record<string, string | string[]> };
  /** The body that was sent, before compression. */
  body?: string;
  /** The same in base64, when it is not UTF-8. */
  bodyBase64?: string;
  signature?: NotificationSignature;
  /** The text that the body carries encrypted. */
  decrypted?: string;
  status?: number;
  /** Real milliseconds until the answer. */
  duration?: number;
  /** The body of the answer. */
  reply?: string;
  acknowledged: boolean;
  /** Why there was no answer. */
  error?: string;
}
