/** Returns a signal that is never aborted. */
export const never = (): AbortSignal => new AbortController().signal;

/** Makes the work for `once` of the host's `fulfil` or `fulfilOther`. */
export const fulfilling =
  <Tx, N>(fulfil: (notice: N, given: { tx: Tx; signal: AbortSignal }) => Promise<void>, notice: N) =>
  (tx: Tx): Promise<void> =>
    fulfil(notice, { tx, signal: signalOf(tx) });

/**
 * A lease has a signal that is aborted when the lease is lost. A transaction needs none, because
 * the database rolls it back.
 */
const signalOf = (tx: unknown): AbortSignal =>
  (tx as { signal?: unknown } | undefined)?.signal instanceof AbortSignal
    ? (tx as { signal: AbortSignal }).signal
    : never();
