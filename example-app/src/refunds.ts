import type { Refund } from 'koa-wxpay';
import type { PgTx } from 'koa-wxpay/postgres';
import type { Db } from './db.js';

/** Why WeChat refused a refund; what the owner can do about it depends on this. */
export type Refusal = 'not_enough' | 'overdue' | 'mismatch' | 'no_payment' | 'not_set_up' | 'other';

/**
 * A refund as the shop keeps it. `asked`: the outcome is not known (yet), and the same number may be sent again. `refused`: WeChat
 * said no. `processing`: accepted. `abnormal`: the payer's account did not take it, which the merchant platform resolves.
 */
export interface ShopRefund {
  out_refund_no: string;
  order_id: string;
  /** Fen. */
  refund: number;
  state: 'asked' | 'refused' | 'processing' | 'success' | 'abnormal' | 'closed';
  refusal: Refusal | null;
  /** What WeChat said when it refused. */
  reason: string | null;
  /** WeChat's number, once it is known. */
  refund_id: string | null;
  /** When the owner asked for it; asked anew after a refusal, it is this later time. */
  asked_at: Date;
  /** By WeChat's clock, under API v3: the bill of that day has the refund. */
  accepted_at: Date | null;
  done_at: Date | null;
}

/** In these states money is promised. A refund that was refused or closed leaves it to other refunds. */
const PROMISED = `('asked', 'processing', 'success', 'abnormal')`;

/** The shop's own wish: refused by the database where an order's refunds together would be more than was paid. */
const WISH = 'o.asked_back + promised.refund';
/** WeChat reports what has happened. It wins over what the shop recorded before. */
const FACT = 'least(o.total, o.asked_back + promised.refund)';

/** Keeps a refund, once per number. */
const keep = (state: ShopRefund['state'], asked_back: string): string =>
  `with promised as (
    insert into refunds (out_refund_no, order_id, refund, state, asked_at)
    select $1, id, $3, '${state}', coalesce($4::timestamptz, now()) from orders
    where id = $2 and state in ('paid', 'refunded')
    on conflict (out_refund_no) do nothing returning order_id, refund)
  update orders o set asked_back = ${asked_back} from promised where o.id = promised.order_id`;

const KEEP_WISH = keep('asked', WISH);
const KEEP_FACT = keep('processing', FACT);

/** The number of an order's n-th refund. Whoever presses the button of the same page, however often, asks for the same refund. */
export const refundNo = (order_id: string, n: number): string => `${order_id}-R${n}`;

/** Before WeChat is asked. Resolves to the refund of that number, old or new; `null` when the order is not paid, or less is left. */
export async function keepRefund(
  db: Db,
  { out_refund_no, order_id, refund, asked_at }: Pick<ShopRefund, 'out_refund_no' | 'order_id' | 'refund' | 'asked_at'>,
): Promise<ShopRefund | null> {
  const fits = await isPromised(db, KEEP_WISH, [out_refund_no, order_id, refund, asked_at]);
  return fits ? findRefund(db, out_refund_no) : null;
}

const PROMISE_AGAIN = `with promised as (
    update refunds set state = 'asked', asked_at = $2, refusal = null, reason = null
    where out_refund_no = $1 and state = 'refused'
    returning order_id, refund)
  update orders o set asked_back = ${WISH} from promised where o.id = promised.order_id`;

/** Before a refused refund is sent again; `false` when less is left of the order by now. */
export const promiseAgain = (db: Db, out_refund_no: string, asked_at: Date): Promise<boolean> =>
  isPromised(db, PROMISE_AGAIN, [out_refund_no, asked_at]);

async function isPromised(db: Db, statement: string, values: unknown[]): Promise<boolean> {
  try {
    await db.query(statement, values);
    return true;
  } catch (error) {
    const CHECK_VIOLATION = '23514';
    if ((error as { code?: string }).code !== CHECK_VIOLATION) throw error;
    return false;
  }
}

export const findRefund = async (db: Db, out_refund_no: string): Promise<ShopRefund | null> =>
  (await db.query<ShopRefund>('select * from refunds where out_refund_no = $1', [out_refund_no])).rows[0] ?? null;

export const listRefunds = async (db: Db, order_ids: string[]): Promise<ShopRefund[]> =>
  (
    await db.query<ShopRefund>('select * from refunds where order_id = any($1) order by asked_at, out_refund_no', [
      order_ids,
    ])
  ).rows;

/** Refunds that have been under way for a minute without a report of their end, oldest first. */
export const listOpenRefunds = async (db: Db, now: number): Promise<ShopRefund[]> =>
  (
    await db.query<ShopRefund>(
      `select * from refunds where state in ('asked', 'processing') and asked_at <= $1::timestamptz - interval '1 minute'
       order by asked_at limit 100`,
      [new Date(now)],
    )
  ).rows;

/** Moves a refund out of one of the states `from`, and its order's sums with it: what is reported twice counts once. */
function move(state: 'refused' | 'processing' | 'success' | 'abnormal' | 'closed', from: string): string {
  const given = state === 'success' ? 'was.refund' : '0';
  const promised = PROMISED.includes(`'${state}'`) ? 1 : 0;
  const isEnd = ['success', 'abnormal', 'closed'].includes(state);
  return `with was as (
      select out_refund_no, order_id, refund, (state in ${PROMISED})::int as promised from refunds
      where out_refund_no = $1 and state in (${from}) for update),
    moved as (
      update refunds r set state = '${state}', refund_id = coalesce($2, r.refund_id),
        accepted_at = coalesce($3::timestamptz, r.accepted_at), done_at = coalesce($4::timestamptz, ${isEnd ? 'now()' : 'null'}), refusal = $5, reason = $6
      from was where r.out_refund_no = was.out_refund_no)
    update orders o set given_back = o.given_back + ${given},
      asked_back = least(o.total, greatest(o.given_back + ${given}, o.asked_back + (${promised} - was.promised) * was.refund)),
      state = case when o.given_back + ${given} = o.total then 'refunded' else o.state end
    from was where o.id = was.order_id`;
}

const ACCEPT = move('processing', `'asked'`);
const REFUSE = move('refused', `'asked'`);
const SUCCEED = move('success', `'asked', 'refused', 'processing', 'abnormal'`);
const CLOSE = move('closed', `'asked', 'refused', 'processing', 'abnormal'`);
const FAIL = move('abnormal', `'asked', 'refused', 'processing'`);

/** WeChat has accepted it; what a notification said meanwhile stands. */
export const markAccepted = (db: Db, { out_refund_no, refund_id, create_time }: Refund): Promise<unknown> =>
  db.query(ACCEPT, [out_refund_no, refund_id, create_time ?? null, null, null, null]);

/** WeChat has said no: nothing is under way. */
export const markRefused = (
  db: Db,
  out_refund_no: string,
  { refusal, reason }: { refusal: Refusal; reason: string },
): Promise<unknown> => db.query(REFUSE, [out_refund_no, null, null, null, refusal, reason]);

/** How a refund ended, in the transaction of `once`. */
export async function endRefund(tx: PgTx, refund: Refund): Promise<void> {
  const { out_refund_no, out_trade_no, refund_id, status, amount, create_time, success_time } = refund;
  const { rows } = await tx.query('select order_id from order_numbers where out_trade_no = $1', [out_trade_no]);
  // one made by hand in the merchant platform is the shop's refund too
  const asked_at = create_time ?? success_time ?? null;
  await tx.query(KEEP_FACT, [out_refund_no, rows[0]?.order_id, amount.refund, asked_at]);
  const end = status === 'SUCCESS' ? SUCCEED : status === 'CLOSED' ? CLOSE : FAIL;
  await tx.query(end, [out_refund_no, refund_id, create_time ?? null, success_time ?? null, null, null]);
}
