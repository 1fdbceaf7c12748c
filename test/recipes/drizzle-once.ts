import { and, eq } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { pgTable, text } from 'drizzle-orm/pg-core';
import type { Once } from 'koa-wxpay';
import { postgresOnce } from 'koa-wxpay/postgres';
import type pg from 'pg';

const orders = pgTable('orders', { out_trade_no: text().primaryKey(), state: text(), transaction_id: text() });

export type Tx = NodePgDatabase;

export const drizzleOnce = (pool: pg.Pool): Once<Tx> => {
  const once = postgresOnce(pool);
  return (claim, work) => once(claim, (tx) => work(drizzle({ client: tx as unknown as pg.PoolClient })));
};

/** `false`: the order is not pending any more. Throw then: nothing stays, and the next copy meets the order as it is. */
export async function markPaid(tx: Tx, out_trade_no: string, transaction_id: string): Promise<boolean> {
  const { rowCount } = await tx
    .update(orders)
    .set({ state: 'paid', transaction_id })
    .where(and(eq(orders.out_trade_no, out_trade_no), eq(orders.state, 'pending')));
  return rowCount === 1;
}
