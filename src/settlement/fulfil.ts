/** A signal that is never aborted. */
export const never = (): AbortSignal => new AbortController().signal;

/** The host's `fulfil` or `fulfilOther` as work for `once`. */
export const fulfilling =
  <Tx, N>(fulfil: (notice: N, given: { tx: Tx; signal: AbortSignal }) => Promise<void>, notice: N) =>
  (tx: Tx): Promise<void> =>
    fulfil(notice, { tx, signal: signalOf(tx) });

/** A lease brings a signal that is aborted when the lease is lost. A transaction needs none: the database undoes it. */
const signalOf = (tx: unknown): AbortSignal =>
  (tx as { signal?: unknown } | undefined)?.signal instanceof AbortSignal
    ? (tx as { signal: AbortSignal }).signal
    : never();
