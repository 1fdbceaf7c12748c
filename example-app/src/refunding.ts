import { ApiError, type Notice, type Refund, WxpayError } from 'koa-wxpay';
import { findOrderById } from './orders.js';
import { findRefund, keepRefund, listOpenRefunds, markAnswered, refundNo, type ShopRefund } from './refunds.js';
import type { Shop } from './shop.js';

/**
 * - `unknown`: WeChat did not answer; the same number may be sent again. `too_much`: more than is left of the order.
 * - `moved`: this number is a refund of another amount already.
 */
export type RefundOutcome = ShopRefund['state'] | 'unknown' | 'too_much' | 'moved';

/**
 * Gives `refund` fen of a paid order back, as its n-th refund. The number is kept before WeChat is asked, so that a second press,
 * a crash or a lost answer leads to the same refund again and never to another.
 */
export async function refundOrder(shop: Shop, id: string, n: number, refund: number): Promise<RefundOutcome> {
  const asked_at = new Date(shop.wxpay.now());
  const kept = await keepRefund(shop.db, { out_refund_no: refundNo(id, n), order_id: id, refund, asked_at });
  if (!kept) return 'too_much';
  return kept.refund === refund ? send(shop, kept) : 'moved';
}

/** Asks once more for a refund whose outcome is not known, under its number. */
export async function retryRefund(shop: Shop, out_refund_no: string): Promise<RefundOutcome | null> {
  const kept = await findRefund(shop.db, out_refund_no);
  return kept && send(shop, kept);
}

async function send(shop: Shop, { out_refund_no, order_id, refund, state }: ShopRefund): Promise<RefundOutcome> {
  if (state !== 'asked' && state !== 'refused') return state;
  const order = await findOrderById(shop.db, order_id);
  try {
    const answer = await shop.wxpay.refund({
      transaction_id: order!.transaction_id!,
      out_refund_no,
      amount: { refund, total: order!.total },
    });
    return await takeNote(shop, answer);
  } catch (error) {
    if (error instanceof ApiError && error.meaning !== 'unknown_outcome') {
      await markAnswered(shop.db, out_refund_no, { state: 'refused', reason: error.code });
      return 'refused';
    }
    if (!(error instanceof WxpayError)) throw error;
    console.error(`refund ${out_refund_no}: ${error.code} ${error.message}`);
    return 'unknown';
  }
}

/** What WeChat said in an answer, whether it was asked to refund or how the refund went. */
async function takeNote({ db, settlement }: Shop, refund: Refund): Promise<RefundOutcome> {
  const type = ENDS[refund.status];
  if (type) await settlement.settle({ type, refund, raw: refund, authenticity: 'signed' });
  else await markAnswered(db, refund.out_refund_no, { state: 'processing', refund_id: refund.refund_id });
  return (await findRefund(db, refund.out_refund_no))!.state;
}

const ENDS: Record<string, Exclude<Notice['type'], 'payment.success'>> = {
  SUCCESS: 'refund.success',
  ABNORMAL: 'refund.abnormal',
  CLOSED: 'refund.closed',
};

/** Asks WeChat for the refunds no notification has told the end of. */
export async function reconcileRefunds(shop: Shop): Promise<void> {
  for (const { out_refund_no } of await listOpenRefunds(shop.db, shop.wxpay.now())) {
    try {
      await takeNote(shop, await shop.wxpay.queryRefund(out_refund_no));
    } catch (error) {
      // never arrived at WeChat: the owner decides whether to send it again
      if (!(error instanceof ApiError && error.meaning === 'refund_not_found')) throw error;
    }
  }
}
