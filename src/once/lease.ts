/** What a lease store answers to a claim. */
export type LeaseClaim =
  | { state: 'acquired'; fence: string; attempt: number }
  | { state: 'done' }
  | { state: 'busy'; retryAfterMs: number }
  | { state: 'conflict'; stored: string };

/**
 * A store that cannot share a transaction with the effect. Each operation is atomic and judged by the store's own clock;
 * `renew`, `complete` and `release` compare the fence and answer `false` when the lease belongs to somebody else.
 */
export interface LeaseStore {
  claim(key: string, fingerprint: string, leaseMs: number): Promise<LeaseClaim>;
  renew(key: string, fence: string, leaseMs: number): Promise<boolean>;
  /** `false`: the lease was lost. */
  complete(key: string, fence: string): Promise<boolean>;
  /** The handler failed: the key can be claimed at once. */
  release(key: string, fence: string, reason: string): Promise<boolean>;
}
