import type { Wxpay } from '../client/types.js';
import type { Notice, OtherNotice } from '../core/vocabulary.js';
import type { Claim } from '../once/once.js';

const nameOf = ({ mchid, sub_mchid }: Wxpay): string => (sub_mchid ? `${mchid}:${sub_mchid}` : mchid);

/**
 * Returns the claim for a notice. All copies of all notifications about one effect have the same
 * key.
 */
export function claimOf(wxpay: Wxpay, notice: Notice, signal: AbortSignal): Claim {
  const merchant = nameOf(wxpay);
  if (notice.type === 'payment.success') {
    const { out_trade_no, transaction_id, amount } = notice.payment;
    const fingerprint = `${transaction_id}|${amount.total}|${amount.currency}`;
    return { key: `payment:${merchant}:${out_trade_no}`, fingerprint, signal, requiresStatement: true };
  }
  const { out_refund_no, refund_id, status, amount } = notice.refund;
  const fingerprint = `${refund_id}|${amount.refund}|${amount.currency}`;
  return { key: `refund:${merchant}:${out_refund_no}:${status}`, fingerprint, signal };
}

/**
 * Returns the claim for a notification of another kind. What it is about has a number under another
 * name in each kind, and some kinds report the same thing in the same words more than once (a user
 * answers a complaint again). The key is therefore the notification's own number, which WeChat
 * documents as unique and which its copies share.
 */
export const claimOfOther = (
  wxpay: Wxpay,
  { id, event_type, original_type = '-' }: OtherNotice,
  signal: AbortSignal,
): Claim => ({ key: `other:${nameOf(wxpay)}:${event_type}:${id}`, fingerprint: original_type, signal });
