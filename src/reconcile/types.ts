import type { Order } from '../core/vocabulary.js';
import type { Pending } from './pending.js';

/**
 * What became of one order.
 *
 * - `settled`: it was paid, and is settled now.
 * - `stored`: it was paid, and waits in the inbox for a worker.
 * - `accepted`: its payment must not be fulfilled, and `onAnomaly` took it over.
 * - `pending`: it is not paid yet.
 * - `young`, `not_due`: WeChat was not asked.
 * - `closed`: it can no longer be paid, and `onClosed` resolved.
 * - `refunded`: it was paid and refunded at WeChat. Nothing was fulfilled, and a person should
 *   look.
 * - `failed`: see `error`. The next run asks again.
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

/** What `onProgress` gets for each order. */
export interface ReconcileProgress {
  order: Order;
  outcome: ReconcileOutcome;
  error?: unknown;
  /** How many orders were seen so far, this one included. */
  seen: number;
}

/** Options of `reconcile`. */
export interface ReconcileOptions {
  /**
   * Returns the host's pending orders: a list, or an async iterable that is read as it is needed,
   * such as a database cursor. Oldest first is best.
   */
  pending(): Pending | Promise<Pending>;
  /**
   * Called when the order can no longer be paid: give back the stock. It is called again when it
   * fails, and by each of several machines that run at the same time. Use `update … set state =
   * 'closed' where … and state = 'pending'`, and do nothing else when no row changed.
   */
  onClosed(order: Order): Promise<void> | void;
  /** Called after each order. */
  onProgress?(progress: ReconcileProgress): void;
  /**
   * The `since` of the previous run's report: only orders whose next recommended query fell due
   * since then are asked for. Without it, every order older than a minute is. Leave it out after a
   * start or a gap.
   */
  since?: number;
  /**
   * Milliseconds after which an order without `time_expire` is closed.
   *
   * @default 7_200_000, the life of a prepay_id
   */
  expireAfter?: number;
  /** How many orders are asked for at the same time. @default 8 */
  concurrency?: number;
  /** Ends the run early. Orders that are under way are finished. */
  signal?: AbortSignal;
}

/** How many orders had each outcome. */
export interface ReconcileReport extends Record<ReconcileOutcome, number> {
  /**
   * The `since` of the next run, in milliseconds: when this run began. It is this run's own `since`
   * where an order was not reached, or failed in a way that may pass (no answer, a store that is
   * down). An order that failed for another reason (another amount, a second payment) waits for its
   * next recommended query.
   */
  since: number | undefined;
  /** The first ten errors. `onProgress` gets all of them. */
  errors: unknown[];
  /** `false` when WeChat did not answer many times in a row, or when `signal` ended the run. */
  complete: boolean;
}
