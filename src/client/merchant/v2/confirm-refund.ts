import { ApiError, TransportError, VerificationError } from '../../../core/errors.js';
import type { RefundNotice } from '../../../core/v2/refund-notice.js';
import type { Refund } from '../../../core/vocabulary.js';
import { SECOND } from '../../../util/clock.js';
import { TIMED_OUT, withTimeout } from '../../../util/with-timeout.js';

/** The sender of the notification is waiting. */
const QUERY_TIMEOUT = 2 * SECOND;

/**
 * Confirms a refund notification of API v2, which is not signed, by a refund query.
 *
 * @throws {VerificationError} `ERR_WXPAY_BAD_FACTS` (500): WeChat contradicts it, or refuses the
 * query
 * @throws {TransportError} WeChat could not be asked: the notification is not acknowledged and
 * comes again
 */
export async function confirmRefund(
  notice: RefundNotice,
  queryRefund: (out_refund_no: string) => Promise<Refund>,
): Promise<RefundNotice> {
  const { refund } = notice;
  const confirmed = await queriedInTime(queryRefund(refund.out_refund_no)).catch(unconfirmed);
  for (const name of ['refund_id', 'transaction_id', 'out_trade_no', 'status'] as const) {
    if (confirmed[name] !== refund[name]) throw contradicted(name);
  }
  if (confirmed.amount.refund !== refund.amount.refund || confirmed.amount.total !== refund.amount.total) {
    throw contradicted('amount');
  }
  return { ...notice, refund: { ...refund, ...confirmed } };
}

async function queriedInTime(query: Promise<Refund>): Promise<Refund> {
  const refund = await withTimeout(query, QUERY_TIMEOUT);
  if (refund !== TIMED_OUT) return refund;
  throw new TransportError(`the refund query did not answer within ${QUERY_TIMEOUT} ms`);
}

/** WeChat's own status is not passed on: its 404 is not an answer to its notification. */
function unconfirmed(cause: unknown): never {
  if (!(cause instanceof ApiError)) throw cause;
  throw new VerificationError('ERR_WXPAY_BAD_FACTS', 'the refund query knows nothing of this refund', {
    status: 500,
    cause,
  });
}

const contradicted = (name: string): VerificationError =>
  new VerificationError('ERR_WXPAY_BAD_FACTS', `the refund query does not confirm the ${name} of the notification`, {
    status: 500,
  });
