import { hasCode } from '../core/errors.js';

/**
 * Whether an error is about the order or the payment itself, so that settling it again a moment
 * later ends in the same error.
 */
export const isLasting = (error: unknown): boolean =>
  hasCode(
    error,
    'ERR_WXPAY_AMOUNT_MISMATCH',
    'ERR_WXPAY_SECOND_PAYMENT',
    'ERR_WXPAY_ORDER_CLOSED',
    'ERR_WXPAY_CONFLICT',
    'ERR_WXPAY_UNKNOWN_ORDER',
    'ERR_WXPAY_ORDER_INVALID',
    'ERR_WXPAY_BAD_FACTS',
  );
