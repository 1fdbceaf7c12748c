import type { Context, Middleware, Next } from 'koa';
import type { HeadersDistinct, NotificationFormat } from '../client/merchant/notification-format.js';
import type { NotificationTrace } from '../diagnostics/channels.js';
import type { Settling } from './options.js';

/** One notification, from its request to its answer: what the middleware and the work it hands out share. */
export interface Delivery<Tx> {
  /** What is published of it when it has been answered. */
  readonly trace: NotificationTrace;
  readonly settling: Settling<Tx>;
  readonly ctx: Context;
  readonly next: Next;
  readonly headers: HeadersDistinct;
  /** The middleware that handles it, to be found among those that are mounted. */
  readonly middleware: Middleware;
  /** Aborted when the answer has left and the effect is no longer waited for. */
  readonly signal: AbortSignal;
  /** The form of the answer: of the version that the content type names until the body is read, then of the body's. */
  format: NotificationFormat;
  /** The bytes that arrived, once they have. */
  body?: Buffer;
  /** The answer has left: a status that the handler sets from now on is ignored. */
  answered: boolean;
  /** The rest of the chain runs after the effect: with `fulfil`, for a payment or a refund. */
  isFollowed: boolean;
}
