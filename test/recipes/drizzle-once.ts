import { and, eq, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { pgTable, text } from 'drizzle-orm/pg-core';
import type { Once } from 'koa-wxpay';

const marks = pgTable('koa_wxpay_once', { key: text().primaryKey(), fingerprint: text().notNull() });
const orders = pgTable('orders', { out_trade_no: text().primaryKey(), state: text(), transaction_id: text() });

export type Tx = Parameters<Parameters<NodePgDatabase['transaction']>[0]>[0];

export const drizzleOnce = (db: NodePgDatabase): Once<Tx> =>
  async function drizzleOnce({ key, fingerprint, signal }, work) {
    let begun = false;
    try {
      return await db.transaction(async (tx) => {
        await tx.execute(sql`set local lock_timeout = '1s'`);
        await tx.execute(sql`set local idle_in_transaction_session_timeout = '60s'`);
        const added = await tx.insert(marks).values({ key, fingerprint }).onConflictDoNothing().returning();
        if (added.length === 0) {
          const [stored] = await tx.select().from(marks).where(eq(marks.key, key));
          return stored?.fingerprint === fingerprint ? 'already' : 'conflict';
        }
        signal.throwIfAborted();
        begun = true;
        await work(tx);
        await tx.execute(sql`select 1`);
        return 'ran';
      });
    } catch (error) {
      if (!begun && (signal.aborted || (error as { cause?: { code?: string } }).cause?.code === '55P03')) return 'busy';
      throw error;
    }
  };

/** `false`: the order is not pending any more. Throw then: nothing stays, and the next copy meets the order as it is. */
export async function markPaid(tx: Tx, out_trade_no: string, transaction_id: string): Promise<boolean> {
  const { rowCount } = await tx
    .update(orders)
    .set({ state: 'paid', transaction_id })
    .where(and(eq(orders.out_trade_no, out_trade_no), eq(orders.state, 'pending')));
  return rowCount === 1;
}
