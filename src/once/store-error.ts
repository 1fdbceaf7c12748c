import { hasCode, WxpayError } from '../core/errors.js';
import { printable } from '../util/printable.js';

/**
 * Returns the error of a store that failed. The notification is not acknowledged, and its next copy
 * finds out what was committed.
 */
export function storeFailed(store: string, what: string, cause?: unknown): WxpayError {
  return new WxpayError('ERR_WXPAY_STORE_FAILED', `${store}: ${what}`, { status: 503, cause });
}

export const isStoreFailed = (error: unknown): boolean => hasCode(error, 'ERR_WXPAY_STORE_FAILED');

/**
 * Returns the message of a driver's error. A refused connection is an `AggregateError` without one.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return printable(error);
  return printable(error.message || codeOf(error) || error.name);
}

/** Returns what the driver calls `code`: a SQLSTATE, `ER_…` or `ECONNREFUSED`. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
