import type { OtherNotice } from 'koa-wxpay';
import type { PgTx } from 'koa-wxpay/postgres';
import type { Db } from './db.js';

/** A part of an order's money that WeChat Pay gave to a partner of the shop. */
export interface Share {
  out_order_no: string;
  order_id: string;
  account: string;
  /** Fen. */
  amount: number;
}

/** The kind is told by what was sealed: WeChat reports shared profit as `TRANSACTION.SUCCESS` too. */
export const isShare = ({ original_type }: OtherNotice): boolean => original_type === 'profitsharing';

/** The effect of a profit-sharing notification: the owner sees what of an order went where. It is written once per share. */
export async function noteShare(tx: PgTx, { resource }: OtherNotice): Promise<void> {
  const { transaction_id, out_order_no, receiver } = resource as Record<string, unknown>;
  const { account, amount } = (receiver ?? {}) as Record<string, unknown>;
  if (
    typeof account !== 'string' ||
    typeof out_order_no !== 'string' ||
    !(Number.isSafeInteger(amount) && Number(amount) > 0)
  ) {
    throw new Error('a profit-sharing notification without out_order_no, account or amount');
  }
  const { rows } = await tx.query(
    `insert into shares (out_order_no, account, order_id, amount)
     select $1, $2, id, $3 from orders where transaction_id = $4
     on conflict (out_order_no, account) do update set amount = excluded.amount returning order_id`,
    [out_order_no, account, amount, transaction_id],
  );
  if (rows.length === 0)
    throw new Error(`profit of a payment was shared that no order of the shop has: ${out_order_no}`);
}

export const listShares = async (db: Db, orders: string[]): Promise<Share[]> =>
  (
    await db.query<Share>('select out_order_no, order_id, account, amount from shares where order_id = any($1)', [
      orders,
    ])
  ).rows;
