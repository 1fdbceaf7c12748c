/** What is claimed: one effect, however many copies of its notification arrive. */
export interface Claim {
  /** `kind:mchid[:sub_mchid]:out_trade_no`, or `refund:mchid:out_refund_no:status`. */
  key: string;
  /** `transaction_id|total|currency`: the same key with another fingerprint is a `conflict`. */
  fingerprint: string;
  /** Aborted when the caller has given up waiting: work that has not begun must not begin. Work that has begun goes on. */
  signal: AbortSignal;
  /**
   * Set for a payment: a handler that ran no statement through the transaction it was lent has lost it. A store that lends
   * one refuses that with `ERR_WXPAY_HANDLER_FAILED` ({@link watchStatements}); other stores ignore it.
   */
  requiresStatement?: boolean;
}

/**
 * - `ran`: `work` ran now and its effect is durable.
 * - `already`: it had run before; its effect is durable.
 * - `busy`: another caller is at it; nothing is known yet.
 * - `conflict`: the key is remembered with another fingerprint.
 */
export type OnceOutcome = 'ran' | 'already' | 'busy' | 'conflict';

/**
 * Runs `work` at most once per key, and remembers it in the same transaction as the effect.
 *
 * Guarantees an implementation must give (and the contract suite of `koa-wxpay/testing` checks): concurrent callers of one
 * key run `work` once; a `work` that throws leaves nothing behind and its error is rethrown; a second caller waits at most
 * about a second for the first before it answers `busy`; a failure is never remembered as done; a store that cannot be
 * reached throws.
 */
export type Once<Tx = unknown> = (claim: Claim, work: (tx: Tx) => Promise<void>) => Promise<OnceOutcome>;
