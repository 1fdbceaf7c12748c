import { ApiError, apiMeaning, TransportError, WxpayError } from '../../core/errors.js';
import { type CheckedRefund, refundMismatch } from '../../core/refund.js';
import type { Refund } from '../../core/vocabulary.js';

/** The two calls, of either version. */
export interface RefundCalls {
  send(): Promise<Refund>;
  /** Rejects with the meaning `refund_not_found` when the number is unknown. */
  query(): Promise<Refund>;
}

/**
 * Refunds once. Where the outcome is unknown, it asks for the refund before it sends the same
 * number again, and never uses another number.
 *
 * @throws {ApiError} `refund_mismatch` when the number stands for another refund
 */
export async function refundSafely(request: CheckedRefund, { send, query }: RefundCalls): Promise<Refund> {
  try {
    return same(request, await send());
  } catch (error) {
    const doubt = doubtOf(error);
    if (doubt === 'none') throw error;
    const found = await existing(query, error);
    if (found) return same(request, found, error);
    if (doubt === 'refused') throw error;
    return same(request, await send());
  }
}

/** `lost`: it may have been done. `refused`: it was not done now, but may have been done before. */
function doubtOf(error: unknown): 'lost' | 'refused' | 'none' {
  if (error instanceof TransportError) return error.notSent ? 'none' : 'lost';
  if (!(error instanceof ApiError)) return error instanceof WxpayError && error.status === 502 ? 'lost' : 'none';
  if (error.meaning === 'unknown_outcome') return 'lost';
  if (error.meaning === 'refund_mismatch') return 'none';
  // Sending again does not help against a rate limit. INVALID_REQUEST is, among other things, the
  // same number with another amount.
  return error.meaning === 'too_frequent' || error.wechatCode === 'INVALID_REQUEST' ? 'refused' : 'none';
}

async function existing(query: RefundCalls['query'], doubt: unknown): Promise<Refund | undefined> {
  try {
    return await query();
  } catch (error) {
    if (apiMeaning(error) === 'refund_not_found') return undefined;
    throw doubt;
  }
}

function same(request: CheckedRefund, refund: Refund, cause?: unknown): Refund {
  const field = refundMismatch(request, refund);
  if (field === undefined) return refund;
  throw new ApiError('the refund', {
    status: 400,
    wechatCode: cause instanceof ApiError ? cause.wechatCode : 'REFUND_FEE_MISMATCH',
    text: `${request.out_refund_no} is a refund with another ${field} already`,
    meaning: 'refund_mismatch',
    cause,
  });
}
