import type { Wxpay } from '../client/types.js';
import type { Notice } from '../core/vocabulary.js';
import type { Claim } from '../once/once.js';

/** The claim for a notice: every copy of every notification of one effect has the same key. */
export function claimOf({ mchid, sub_mchid }: Wxpay, notice: Notice, signal: AbortSignal): Claim {
  const merchant = sub_mchid ? `${mchid}:${sub_mchid}` : mchid;
  if (notice.type === 'payment.success') {
    const { out_trade_no, transaction_id, amount } = notice.payment;
    const fingerprint = `${transaction_id}|${amount.total}|${amount.currency}`;
    return { key: `payment:${merchant}:${out_trade_no}`, fingerprint, signal, requiresStatement: true };
  }
  const { out_refund_no, refund_id, status, amount } = notice.refund;
  const fingerprint = `${refund_id}|${amount.refund}|${amount.currency}`;
  return { key: `refund:${merchant}:${out_refund_no}:${status}`, fingerprint, signal };
}
