import { ApiError, type ApiMeaning, type Notice, type Refund, WxpayError } from 'koa-wxpay';
import { findOrderById } from './orders.js';
import {
  findRefund,
  keepRefund,
  listOpenRefunds,
  markAccepted,
  markRefused,
  promiseAgain,
  type Refusal,
  refundNo,
  type ShopRefund,
} from './refunds.js';
import type { Shop } from './shop.js';

/**
 * - `unknown`: WeChat did not answer; the same number may be sent again. `busy`: the same, after a minute.
 * - `too_much`: more than is left of the order. `moved`: this number is a refund of another amount already.
 */
export type RefundOutcome = ShopRefund['state'] | 'unknown' | 'busy' | 'too_much' | 'moved';

/**
 * Gives `refund` fen of a paid order back, as its n-th refund. The number is kept before WeChat is asked, so that a second press,
 * a crash or a lost answer leads to the same refund again and never to another.
 */
export async function refundOrder(shop: Shop, id: string, n: number, refund: number): Promise<RefundOutcome> {
  const asked = { out_refund_no: refundNo(id, n), order_id: id, refund, asked_at: nowOf(shop) };
  const kept = await keepRefund(shop.db, asked);
  if (!kept) return 'too_much';
  return kept.refund === refund ? send(shop, kept) : 'moved';
}

const nowOf = ({ wxpay }: Shop): Date => new Date(wxpay.now());

/** Asks once more for a refund that has not been accepted, under its number. */
export async function retryRefund(shop: Shop, out_refund_no: string): Promise<RefundOutcome | null> {
  const kept = await findRefund(shop.db, out_refund_no);
  return kept && send(shop, kept);
}

async function send(shop: Shop, { out_refund_no, order_id, refund, state }: ShopRefund): Promise<RefundOutcome> {
  if (state !== 'asked' && state !== 'refused') return state;
  if (state === 'refused' && !(await promiseAgain(shop.db, out_refund_no, nowOf(shop)))) return 'too_much';
  const order = await findOrderById(shop.db, order_id);
  try {
    const answer = await shop.wxpay.refund({
      transaction_id: order!.transaction_id!,
      out_refund_no,
      amount: { refund, total: order!.total },
    });
    return await takeNote(shop, answer);
  } catch (error) {
    if (!(error instanceof WxpayError)) throw error;
    console.error(`refund ${out_refund_no}: ${error.code} ${error.message}`);
    const passing = passingOf(error);
    if (passing) return passing;
    await markRefused(shop.db, out_refund_no, { refusal: refusalOf(error), reason: reasonOf(error) });
    return 'refused';
  }
}

/** A fault after which the same request may succeed. The refund may have been accepted all the same, so its sum stays promised. */
function passingOf(error: WxpayError): 'unknown' | 'busy' | undefined {
  // Nothing was sent: the shop lacks something, such as the client certificate of v2.
  if (error.code === 'ERR_WXPAY_REFUND_INVALID') return undefined;
  if (!(error instanceof ApiError) || error.meaning === 'unknown_outcome') return 'unknown';
  return error.meaning === 'too_frequent' || error.wechatCode === 'ORDER_NOT_READY' ? 'busy' : undefined;
}

const REFUSALS: Partial<Record<ApiMeaning, Refusal>> = {
  not_enough: 'not_enough',
  refund_mismatch: 'mismatch',
  order_not_found: 'no_payment',
};

function refusalOf(error: WxpayError): Refusal {
  if (!(error instanceof ApiError)) return 'not_set_up';
  if (error.wechatCode === 'TRADE_OVERDUE') return 'overdue';
  return REFUSALS[error.meaning] ?? 'other';
}

/** WeChat's code and words, as a line that every database takes. */
function reasonOf(error: WxpayError): string {
  if (!(error instanceof ApiError)) return error.code;
  const clauses = error.text.split(/[，。；]/);
  // Many of WeChat's texts end with "please try again", also where the same request never succeeds.
  const words = clauses.filter((clause) => !/再试|重试|重新发起/.test(clause)).join('，');
  return `${error.wechatCode} ${words}`
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, 200);
}

/** What WeChat said in an answer, whether it was asked to refund or how the refund went. */
async function takeNote({ db, settlement }: Shop, refund: Refund): Promise<RefundOutcome> {
  const type = ENDS[refund.status];
  if (type) await settlement.settle({ type, refund, raw: refund, authenticity: 'signed' });
  else await markAccepted(db, refund);
  return (await findRefund(db, refund.out_refund_no))!.state;
}

const ENDS: Record<string, Exclude<Notice['type'], 'payment.success'>> = {
  SUCCESS: 'refund.success',
  ABNORMAL: 'refund.abnormal',
  CLOSED: 'refund.closed',
};

/** Asks WeChat for the refunds no notification has told the end of. One that cannot be asked for holds up no other. */
export async function reconcileRefunds(shop: Shop): Promise<void> {
  for (const { out_refund_no } of await listOpenRefunds(shop.db, shop.wxpay.now())) {
    try {
      await takeNote(shop, await shop.wxpay.queryRefund(out_refund_no));
    } catch (error) {
      // never arrived at WeChat: the owner decides whether to send it again
      if (error instanceof ApiError && error.meaning === 'refund_not_found') continue;
      console.error(`refund ${out_refund_no}: ${String(error)}`);
    }
  }
}
