import { WxpayError } from '../core/errors.js';
import { printable } from '../core/printable.js';

/** How long a copy waits for the copy before it, for a connection, or for its turn: about a second in all (milliseconds). */
export const PATIENCE = 1_000;

/** What `within` answers when it stopped waiting. */
export const gaveUp: unique symbol = Symbol('gave up');

/** What `promise` becomes, or `gaveUp` once `ms` have passed or `signal` is aborted. The promise itself is not stopped. */
export async function within<T>(
  ms: number,
  signal: AbortSignal | undefined,
  promise: Promise<T>,
): Promise<T | typeof gaveUp> {
  let stopWaiting = (): void => {};
  const impatience = new Promise<typeof gaveUp>((resolve) => {
    stopWaiting = () => resolve(gaveUp);
  });
  const timer = setTimeout(stopWaiting, Math.max(0, ms));
  signal?.addEventListener('abort', stopWaiting);
  if (signal?.aborted) stopWaiting();
  try {
    return await Promise.race([promise, impatience]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stopWaiting);
  }
}

/** An error of the store, not of the handler: not acknowledged, and the next copy reads the truth. */
export function storeFailed(store: string, what: string, cause?: unknown): WxpayError {
  return new WxpayError('ERR_WXPAY_STORE_FAILED', `${store}: ${what}`, { status: 503, cause });
}

export const isStoreFailed = (error: unknown): boolean =>
  error instanceof WxpayError && error.code === 'ERR_WXPAY_STORE_FAILED';

/** The words of a driver's error; refused connections come as an `AggregateError` without a message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return printable(error);
  return printable(error.message || codeOf(error) || error.name);
}

/** SQLSTATE, `ER_…` or `ECONNREFUSED`: whatever the driver calls its `code`. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Carries what the handler threw through the rollback, so that it leaves as the very value that was thrown. */
export class HandlerFailure {
  readonly thrown: unknown;

  constructor(thrown: unknown) {
    this.thrown = thrown;
  }
}

/** Runs the handler; what it throws, at once or later, becomes a `HandlerFailure`. */
export async function handOver<Tx>(work: (tx: Tx) => Promise<void>, tx: Tx): Promise<void> {
  try {
    await work(tx);
  } catch (thrown) {
    throw new HandlerFailure(thrown);
  }
}

/**
 * A quoted SQL name, `table` or `schema.table`, made of letters, digits and `_`.
 *
 * @throws TypeError for anything else
 */
export function quoteTable(table: string, quote: '"' | '`'): string {
  if (!/^[A-Za-z_]\w{0,50}(\.[A-Za-z_]\w{0,50})?$/.test(table)) {
    throw new TypeError(`"table" must be a name like "shop_once" or "shop.once", not ${JSON.stringify(table)}`);
  }
  return table
    .split('.')
    .map((part) => quote + part + quote)
    .join('.');
}

/** A statement's text: clients take it as such, or as an object that holds it. */
export function textOf(statement: unknown): string {
  const held = statement as { text?: unknown; sql?: unknown } | null | undefined;
  const text = typeof statement === 'string' ? statement : (held?.text ?? held?.sql);
  return typeof text === 'string' ? text : '';
}

/** @throws TypeError for a duration a timer cannot wait: the largest is 24 days */
export function checkMilliseconds(option: string, ms: number, least = 1): void {
  if (Number.isSafeInteger(ms) && ms >= least && ms < 2 ** 31) return;
  throw new TypeError(`"${option}" must be a whole number of milliseconds, at least ${least}, not ${ms}`);
}
