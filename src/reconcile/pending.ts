import type { Order } from '../core/vocabulary.js';
import { printable } from '../util/printable.js';

/** An order the host believes unpaid. */
export interface PendingOrder {
  order: Order;
  /** When its prepay_id was fetched last: a Date, or Unix seconds. */
  prepaid_at: Date | number;
}

export type Pending = AsyncIterable<PendingOrder> | Iterable<PendingOrder>;

/** A moment that is past: what lies more than a day ahead is in milliseconds. */
export function pastSeconds(name: string, time: unknown, now: number): number {
  const seconds = time instanceof Date ? time.getTime() / 1000 : time;
  if (typeof seconds === 'number' && seconds <= now + 86_400) return seconds;
  const seems = typeof seconds === 'number' && seconds > now ? ', and looks like milliseconds' : '';
  throw new TypeError(`"${name}" must be a Date or Unix seconds, not ${printable(time)}${seems}`);
}

/** When it can no longer be paid, Unix seconds. */
export function expiryOf({ time_expire }: Order, otherwise: number): number {
  if (!time_expire) return otherwise;
  if (time_expire instanceof Date) return time_expire.getTime() / 1000;
  throw new TypeError(`"time_expire" must be a Date, not ${printable(time_expire)}`);
}

/** What the host's `pending()` gave. */
export function iterable(given: unknown): Pending {
  const items = given as Partial<AsyncIterable<PendingOrder> & Iterable<PendingOrder>> | null | undefined;
  if (typeof given === 'object' && (items?.[Symbol.asyncIterator] || items?.[Symbol.iterator])) return given as Pending;
  throw new TypeError('"pending" must return a list or an async iterable of { order, prepaid_at }');
}
