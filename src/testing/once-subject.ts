import type { LeaseStore } from '../once/lease.js';
import type { Once } from '../once/once.js';

/** One store, opened for one case. */
export interface OnceSubject<Tx> {
  once: Once<Tx>;
  /** The same store as another process sees it. @default once */
  elsewhere?: Once<Tx>;
  /** A row written inside the handler's transaction: proves that effect and memory are one. */
  effects?: {
    /** Writes one row for this key through `tx`. */
    write(tx: Tx, key: string): Promise<unknown>;
    /** Counts the rows of this key that are committed, outside every transaction. */
    count(key: string): Promise<number>;
  };
  /** The store under `leaseOnce`. */
  leases?: LeaseStore;
  /** Called after the case. */
  close?(): void | Promise<void>;
}
