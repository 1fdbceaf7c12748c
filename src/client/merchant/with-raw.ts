import type { Transaction } from '../../core/vocabulary.js';

/**
 * Adds the whole answer as `raw`. It is not enumerable: a transaction that is logged, stored or compared is what was read of the
 * answer, and not the answer with its nonce and signature.
 */
export const withRaw = (transaction: Transaction, raw: object): Transaction =>
  Object.defineProperty(transaction, 'raw', { value: raw });
