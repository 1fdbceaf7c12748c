import type { Transaction } from '../../core/vocabulary.js';

/**
 * Adds the whole answer as `raw`, which is not enumerable: a transaction that is logged, stored or
 * compared contains what was read, and not the nonce and the signature of the answer.
 */
export const withRaw = (transaction: Transaction, raw: object): Transaction =>
  Object.defineProperty(transaction, 'raw', { value: raw });
