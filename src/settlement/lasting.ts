import { WxpayError } from '../core/errors.js';

const LASTING: ReadonlySet<string> = new Set([
  'ERR_WXPAY_AMOUNT_MISMATCH',
  'ERR_WXPAY_SECOND_PAYMENT',
  'ERR_WXPAY_ORDER_CLOSED',
  'ERR_WXPAY_CONFLICT',
  'ERR_WXPAY_UNKNOWN_ORDER',
  'ERR_WXPAY_ORDER_INVALID',
  'ERR_WXPAY_BAD_FACTS',
]);

/** Errors about the order or the payment itself: settling it again a moment later ends in the same error. */
export const isLasting = (error: unknown): boolean => error instanceof WxpayError && LASTING.has(error.code);
