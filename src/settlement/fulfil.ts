import type { Notice } from '../core/vocabulary.js';
import type { Fulfil } from './types.js';

/** A signal that is never aborted. */
export const never = (): AbortSignal => new AbortController().signal;

/** The host's `fulfil` as work for `once`. */
export const fulfilling =
  <Tx>(fulfil: Fulfil<Tx>, notice: Notice) =>
  (tx: Tx): Promise<void> =>
    fulfil(notice, { tx, signal: signalOf(tx) });

/** A lease brings a signal that is aborted when the lease is lost. A transaction needs none: the database undoes it. */
const signalOf = (tx: unknown): AbortSignal =>
  (tx as { signal?: unknown } | undefined)?.signal instanceof AbortSignal
    ? (tx as { signal: AbortSignal }).signal
    : never();
