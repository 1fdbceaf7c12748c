import { hasCode, WxpayError } from '../core/errors.js';
import { printable } from '../util/printable.js';

/** An error of the store, not of the handler: not acknowledged, and the next copy reads the truth. */
export function storeFailed(store: string, what: string, cause?: unknown): WxpayError {
  return new WxpayError('ERR_WXPAY_STORE_FAILED', `${store}: ${what}`, { status: 503, cause });
}

export const isStoreFailed = (error: unknown): boolean => hasCode(error, 'ERR_WXPAY_STORE_FAILED');

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
