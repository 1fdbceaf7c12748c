import type { Order } from '../core/vocabulary.js';
import { HOUR } from '../util/clock.js';
import { printable } from '../util/printable.js';

/** An order that is unpaid in the host's database. */
export interface PendingOrder {
  /** The order, under the number that WeChat knows. */
  order: Order;
  /** When its prepay_id was last fetched: a Date, or milliseconds as `Date.now()` returns. */
  prepaidAt: Date | number;
}

/** Pending orders, as `pending` of {@link reconcile} returns them. */
export type Pending = AsyncIterable<PendingOrder> | Iterable<PendingOrder>;

const DAY = 24 * HOUR;
/** Unix seconds of any year, read as milliseconds, are a day of early 1970. */
const SECONDS = 100 * DAY;

/**
 * Reads a moment in the past, in milliseconds.
 *
 * @throws {TypeError} for what is not a moment, for one more than a day ahead, and for seconds
 */
export function pastMoment(name: string, time: unknown, now: number): number {
  const moment = time instanceof Date ? time.getTime() : time;
  if (typeof moment === 'number' && moment <= now + DAY && (moment <= 0 || moment > SECONDS)) return moment;
  const seems = typeof moment === 'number' && moment > 0 && moment <= SECONDS ? ', and looks like seconds' : '';
  throw new TypeError(`"${name}" must be a Date or milliseconds, not ${printable(time)}${seems}`);
}

/** Returns when the order can no longer be paid, in milliseconds. */
export function expiryOf({ time_expire }: Order, otherwise: number): number {
  if (!time_expire) return otherwise;
  if (time_expire instanceof Date) return time_expire.getTime();
  throw new TypeError(`"time_expire" must be a Date, not ${printable(time_expire)}`);
}

/** Checks what the host's `pending()` returned. */
export function iterable(given: unknown): Pending {
  const items = given as Partial<AsyncIterable<PendingOrder> & Iterable<PendingOrder>> | null | undefined;
  if (typeof given === 'object' && (items?.[Symbol.asyncIterator] || items?.[Symbol.iterator])) return given as Pending;
  throw new TypeError('"pending" must return a list or an async iterable of { order, prepaidAt }');
}
