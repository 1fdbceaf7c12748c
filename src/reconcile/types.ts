import type { Order } from '../core/vocabulary.js';
import type { Pending } from './pending.js';

/**
 * - `settled`: it was paid, and is settled now (or was a moment ago). `stored`: it was paid and waits in the inbox for a worker.
 * - `accepted`: a payment that must not be fulfilled; `onAnomaly` took it.
 * - `pending`: nobody paid yet. `young`, `not_due`: WeChat was not asked.
 * - `closed`: it can no longer be paid, and `onClosed` was told.
 * - `refunded`: WeChat says it was paid and refunded: nothing was fulfilled; look at it.
 * - `failed`: see `error`; the next run asks again.
 */
export type ReconcileOutcome =
  | 'settled'
  | 'stored'
  | 'accepted'
  | 'pending'
  | 'young'
  | 'not_due'
  | 'closed'
  | 'refunded'
  | 'failed';

export interface ReconcileProgress {
  order: Order;
  outcome: ReconcileOutcome;
  error?: unknown;
  /** Orders seen so far, this one included. */
  seen: number;
}

export interface ReconcileOptions {
  /** The host's pending orders: a list, or an async iterable read as it is needed, such as a database cursor. Oldest first is best. */
  pending(): Pending | Promise<Pending>;
  /**
   * The order can no longer be paid: give back the stock. Called again when it fails, and by each of several machines that walk at the
   * same time: `update … set state = 'closed' where … and state = 'pending'`, and nothing else when no row changed.
   */
  onClosed(order: Order): Promise<void> | void;
  onProgress?(progress: ReconcileProgress): void;
  /**
   * The `since` of the run before this one's report: only orders whose next look fell due since then are asked for. Absent, every
   * order older than a minute is: right after a start, and after a gap.
   */
  since?: number;
  /** Milliseconds after which an order without `time_expire` is closed. @default 7_200_000, the life of a prepay_id */
  expireAfter?: number;
  /** Orders asked for at the same time. @default 8 */
  concurrency?: number;
  /** Ends the walk early; orders that are under way are finished. */
  signal?: AbortSignal;
}

export interface ReconcileReport extends Record<ReconcileOutcome, number> {
  /**
   * The next run's `since`, in milliseconds: when this run began. This run's own where an order was not reached, or failed in a way that may
   * pass (no answer, a store that is down); one that failed for what it is (another amount, a second payment) waits for its next look.
   */
  since: number | undefined;
  /** What the first ten failed with; `onProgress` is told of all. */
  errors: unknown[];
  /** False when WeChat did not answer many times in a row, or `signal` ended the walk. */
  complete: boolean;
}
