import { ApiError, TransportError, VerificationError } from '../../../core/errors.js';
import type { RefundNotice } from '../../../core/v2/refund-notice.js';
import type { Refund } from '../../../core/vocabulary.js';

/** Milliseconds; the sender of the notification is waiting. */
const PATIENCE = 2_000;

/**
 * A v2 refund notification is believed only as far as WeChat, asked for that refund, says the same.
 *
 * @throws VerificationError `ERR_WXPAY_BAD_FACTS` (500): WeChat says otherwise, or refuses to say
 * @throws TransportError it could not be asked: not acknowledged, so that the notification comes again
 */
export async function confirmRefund(
  notice: RefundNotice,
  queryRefund: (out_refund_no: string) => Promise<Refund>,
): Promise<RefundNotice> {
  const { refund } = notice;
  const confirmed = await withinPatience(queryRefund(refund.out_refund_no)).catch(unconfirmed);
  for (const name of ['refund_id', 'transaction_id', 'out_trade_no', 'status'] as const) {
    if (confirmed[name] !== refund[name]) throw contradicted(name);
  }
  if (confirmed.amount.refund !== refund.amount.refund || confirmed.amount.total !== refund.amount.total) {
    throw contradicted('amount');
  }
  return { ...notice, refund: { ...refund, ...confirmed } };
}

async function withinPatience<T>(asked: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new TransportError(`the refund query did not answer within ${PATIENCE} ms`)),
      PATIENCE,
    );
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** WeChat's own status is left behind: a 404 of its is not an answer to WeChat's notification. */
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
