import type { Refund } from 'koa-wxpay';
import type { PgTx } from 'koa-wxpay/postgres';
import type { Db } from './db.js';

/**
 * A refund as the shop keeps it. `asked`: the outcome is not known (yet). `refused`: WeChat said no, and the same number may be
 * sent again. `processing`: accepted. `abnormal`: the payer's account did not take it, which the merchant platform resolves.
 */
export interface ShopRefund {
  out_refund_no: string;
  order_id: string;
  /** Fen. */
  refund: number;
  state: 'asked' | 'refused' | 'processing' | 'success' | 'abnormal' | 'closed';
  /** Why it was refused. */
  reason: string | null;
  /** WeChat's number, once it is known. */
  refund_id: string | null;
  asked_at: Date;
  done_at: Date | null;
}

/**
 * Keeps a refund before anybody hears of it, once per number. The sum is the database's to check: it fails where an order's
 * refunds together would be more than was paid.
 */
const KEEP = `with kept as (
    insert into refunds (out_refund_no, order_id, refund, state, asked_at)
    select $1, id, $3, $4, coalesce($5::timestamptz, now()) from orders where id = $2 and state in ('paid', 'refunded')
    on conflict (out_refund_no) do nothing returning order_id, refund)
  update orders o set asked_back = o.asked_back + kept.refund from kept where o.id = kept.order_id returning o.id`;

/** The number of an order's n-th refund. Whoever presses the button of the same page, however often, asks for the same refund. */
export const refundNo = (order_id: string, n: number): string => `${order_id}-R${n}`;

/** Resolves to the refund of that number, old or new; `null` when the order is not paid, or less is left of it. */
export async function keepRefund(
  db: Db,
  { out_refund_no, order_id, refund, asked_at }: Pick<ShopRefund, 'out_refund_no' | 'order_id' | 'refund' | 'asked_at'>,
): Promise<ShopRefund | null> {
  try {
    await db.query(KEEP, [out_refund_no, order_id, refund, 'asked', asked_at]);
  } catch (error) {
    const CHECK_VIOLATION = '23514';
    if ((error as { code?: string }).code !== CHECK_VIOLATION) throw error;
    return null;
  }
  return findRefund(db, out_refund_no);
}

export const findRefund = async (db: Db, out_refund_no: string): Promise<ShopRefund | null> =>
  (await db.query<ShopRefund>('select * from refunds where out_refund_no = $1', [out_refund_no])).rows[0] ?? null;

export const listRefunds = async (db: Db, order_ids: string[]): Promise<ShopRefund[]> =>
  (
    await db.query<ShopRefund>('select * from refunds where order_id = any($1) order by asked_at, out_refund_no', [
      order_ids,
    ])
  ).rows;

/** Those whose end nobody has told the shop for a minute, oldest first. */
export const listOpenRefunds = async (db: Db, now: number): Promise<ShopRefund[]> =>
  (
    await db.query<ShopRefund>(
      `select * from refunds where state in ('asked', 'processing') and asked_at <= $1::timestamptz - interval '1 minute'
       order by asked_at limit 100`,
      [new Date(now)],
    )
  ).rows;

/** WeChat's answer to the request; what a notification said meanwhile stands. */
export const markAnswered = (
  db: Db,
  out_refund_no: string,
  { state, reason = null, refund_id = null }: Pick<ShopRefund, 'state'> & Partial<ShopRefund>,
): Promise<unknown> =>
  db.query(
    `update refunds set state = $2, reason = $3, refund_id = coalesce($4, refund_id)
     where out_refund_no = $1 and state in ('asked', 'refused')`,
    [out_refund_no, state, reason, refund_id],
  );

/** How a refund ended, in the transaction of `once`. Conditional: each end moves an order's sums once. */
export async function endRefund(tx: PgTx, refund: Refund): Promise<void> {
  const { out_refund_no, out_trade_no, refund_id, status, amount, create_time, success_time } = refund;
  const { rows } = await tx.query('select order_id from order_numbers where out_trade_no = $1', [out_trade_no]);
  // one made by hand in the merchant platform is the shop's refund too
  const asked_at = create_time ?? success_time ?? null;
  await tx.query(KEEP, [out_refund_no, rows[0]?.order_id, amount.refund, 'processing', asked_at]);
  const end = status === 'SUCCESS' ? SUCCEED : status === 'CLOSED' ? CLOSE : FAIL;
  await tx.query(end, [out_refund_no, refund_id, success_time ?? null]);
}

const end = (state: string, from: string): string =>
  `update refunds set state = '${state}', reason = null, refund_id = $2, done_at = coalesce($3::timestamptz, now())
   where out_refund_no = $1 and state in (${from})`;

const SUCCEED = `with done as (${end('success', `'asked', 'refused', 'processing', 'abnormal'`)} returning order_id, refund)
  update orders o set given_back = o.given_back + done.refund,
    state = case when o.given_back + done.refund = o.total then 'refunded' else o.state end
  from done where o.id = done.order_id`;

const CLOSE = `with done as (${end('closed', `'asked', 'refused', 'processing', 'abnormal'`)} returning order_id, refund)
  update orders o set asked_back = o.asked_back - done.refund from done where o.id = done.order_id`;

const FAIL = end('abnormal', `'asked', 'refused', 'processing'`);
