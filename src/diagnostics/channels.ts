import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel';
import type { WxpayErrorCode } from '../core/errors.js';
import type { ApiMeaning } from '../core/meanings.js';

/** What every trace has when it ends. */
export interface Trace {
  /** How long it took. */
  milliseconds?: number;
  /** Why it failed: one of our codes, or `unknown` for an error that is not of this package. */
  code?: WxpayErrorCode | 'unknown';
  /** What WeChat's refusal means, where WeChat refused. */
  meaning?: ApiMeaning;
}

/** One request to WeChat, a repeated one being another. */
export interface UpstreamTrace extends Trace {
  /** The path without its query, or a name in its place where the path holds a number. */
  operation: string;
  /** The host that was asked. */
  host?: string;
  /** WeChat's HTTP status; absent when no answer arrived. */
  status?: number;
  /** WeChat's `Request-ID`, which its support asks for. */
  requestId?: string;
}

/** One notification, from its headers to its answer. */
export interface NotificationTrace extends Trace {
  /** The API version it is answered in. */
  version?: 'v2' | 'v3';
  /** `payment.success`, a refund's, `combined`, or the `event_type` of another kind; absent when it was refused before it was read. */
  type?: string;
  /** What became of it: `ran`, `already`, `duplicate`, `stored`, `accepted`, `ignored`, or `refused`. */
  verdict?: string;
  /** The HTTP status it is answered with. */
  status?: number;
}

/** One verified notice on its way to its effect: from a notification, a query or `reconcile`. */
export interface SettlementTrace extends Trace {
  /** The type of the notice, or the `event_type` of another kind. */
  type: string;
  /** Absent for another kind. */
  out_trade_no?: string;
  /** As for a notification; absent when settling failed. */
  verdict?: string;
}

/** One exchange of a code that WeChat gave to a user. */
export interface LoginTrace extends Trace {
  appid: string;
  /** `wxOAuth` or `wxMiniLogin`. */
  middleware: string;
  /** `user`, `snapshot` for the virtual user of a snapshot page, or `stale` for a code that was used or has expired. */
  outcome?: string;
}

const channel = <Fields extends Trace>(name: string): TracingChannel<Fields> => tracingChannel(`koa-wxpay:${name}`);

/** The tracing channels of this package, by the end of their names. */
export const CHANNELS = {
  upstream: channel<UpstreamTrace>('upstream'),
  notification: channel<NotificationTrace>('notification'),
  settlement: channel<SettlementTrace>('settlement'),
  login: channel<LoginTrace>('login'),
};
