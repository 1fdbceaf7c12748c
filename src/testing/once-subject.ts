import type { LeaseStore } from '../once/lease.js';
import type { Once } from '../once/once.js';

/** One store, opened for one case. */
export interface OnceSubject<Tx> {
  once: Once<Tx>;
  /** The same store as another process sees it. @default once */
  elsewhere?: Once<Tx>;
  /** A row written inside the handler's transaction. What dies between two commits no suite can show: read the code for that. */
  effects?: {
    /** Writes one row for this key through `tx`. */
    write(tx: Tx, key: string): Promise<unknown>;
    /** Counts the rows of this key that are committed, outside every transaction. */
    count(key: string): Promise<number>;
    /** A statement through `tx` that fails: what becomes of a handler that makes nothing of it. */
    fail?(tx: Tx): Promise<unknown>;
  };
  /** The store under `leaseOnce`. */
  leases?: LeaseStore;
  /** Called after the case. */
  close?(): void | Promise<void>;
}
