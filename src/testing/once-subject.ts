import type { LeaseStore } from '../once/lease.js';
import type { Once } from '../once/once.js';

/** One store, opened for one case. */
export interface OnceSubject<Tx> {
  once: Once<Tx>;
  /** The same store as another process sees it. @default `once` */
  elsewhere?: Once<Tx>;
  /**
   * Writes and counts rows inside the handler's transaction. No suite can show what happens when a
   * process dies between two commits.
   */
  effects?: {
    /** Writes one row for this key through `tx`. */
    write(tx: Tx, key: string): Promise<unknown>;
    /** Counts the committed rows of this key, outside every transaction. */
    count(key: string): Promise<number>;
    /**
     * Runs a statement that fails through `tx`, to see what becomes of a handler that ignores the
     * failure.
     */
    fail?(tx: Tx): Promise<unknown>;
  };
  /** The store under `leaseOnce`. */
  leases?: LeaseStore;
  /** Called after the case. */
  close?(): void | Promise<void>;
}
