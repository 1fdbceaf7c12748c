/** Identifies one effect, however many copies of its notification arrive. */
export interface Claim {
  /**
   * `payment:mchid[:sub_mchid]:out_trade_no`, or `refund:mchid[:sub_mchid]:out_refund_no:status`.
   */
  key: string;
  /** `transaction_id|total|currency`. The same key with another fingerprint is a `conflict`. */
  fingerprint: string;
  /**
   * Aborted when the caller has stopped waiting. Work that has not begun must not begin, and work
   * that has begun goes on.
   */
  signal: AbortSignal;
  /**
   * Set for a payment, whose handler must run a statement through its transaction. A store that
   * gives the handler a transaction refuses a handler that ran none, with
   * `ERR_WXPAY_HANDLER_FAILED` ({@link watchStatements}). Other stores ignore it.
   */
  requiresStatement?: boolean;
}

/**
 * - `ran`: `work` ran now, and its effect is durable.
 * - `already`: `work` had run before, and its effect is durable.
 * - `busy`: another caller is running it, and its outcome is not known yet.
 * - `conflict`: the key was recorded with another fingerprint.
 */
export type OnceOutcome = 'ran' | 'already' | 'busy' | 'conflict';

/**
 * Runs `work` at most once per key, and records the key in the same transaction as the effect.
 *
 * The contract suite of `koa-wxpay/testing` checks what an implementation must guarantee:
 *
 * - Concurrent callers of one key run `work` once.
 * - When `work` throws, nothing is recorded and its error is thrown unchanged.
 * - A second caller waits about a second for the first, and then resolves to `busy`.
 * - A failure is never recorded as done.
 * - A store that cannot be reached throws.
 */
export type Once<Tx = unknown> = (claim: Claim, work: (tx: Tx) => Promise<void>) => Promise<OnceOutcome>;
