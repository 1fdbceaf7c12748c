import type { Payment } from 'koa-wxpay';
import { type PgTx, postgresInbox, postgresOnce } from 'koa-wxpay/postgres';
import pg from 'pg';
import type { ShopConfig } from '../config.js';
import { crashingPostgres } from '../crashing.js';
import { orderOf, type Store } from './store.js';

export interface Queryable {
  // biome-ignore lint/suspicious/noExplicitAny: rows of any statement
  query(text: string, values?: unknown[]): Promise<{ rows: any[]; rowCount: number | null }>;
}

export const PAID = `update orders set state = 'paid', transaction_id = $1 where out_trade_no = $2`;
export const LINE = 'insert into ledger (out_trade_no, pid) values ($1, $2)';

export function openPostgres({ postgres }: ShopConfig): pg.Pool {
  const pool = new pg.Pool({ connectionString: postgres, max: 10 });
  pool.on('error', () => {});
  return pool;
}

// The order's state is not told, and the effect is written without a condition: nothing but `once` keeps it single.
export function onPostgres(config: ShopConfig): Store<PgTx> {
  const pool = openPostgres(config);
  const idleTimeout = config.handlerTimeout === undefined ? {} : { idleTimeout: config.handlerTimeout };
  return {
    ...readingPostgres(pool),
    once: postgresOnce(config.crashes ? crashingPostgres(pool) : pool, idleTimeout),
    inbox: postgresInbox(pool, { retryAfter: 1_000 }),
    credit: creditUnconditionally,
  };
}

export async function creditUnconditionally(tx: Queryable, { out_trade_no, transaction_id }: Payment): Promise<void> {
  await tx.query(PAID, [transaction_id, out_trade_no]);
  await tx.query(LINE, [out_trade_no, process.pid]);
}

export const readingPostgres = (pool: pg.Pool): Pick<Store<unknown>, 'findOrder' | 'begun'> => ({
  findOrder: async (out_trade_no) => {
    const { rows } = await pool.query<{ total: number }>('select total from orders where out_trade_no = $1', [
      out_trade_no,
    ]);
    return rows[0] ? orderOf(out_trade_no, rows[0].total) : null;
  },
  async begun(out_trade_no) {
    await pool.query('insert into runs (out_trade_no) values ($1)', [out_trade_no]);
    const { rows } = await pool.query('select count(*)::int as runs from runs where out_trade_no = $1', [out_trade_no]);
    return rows[0].runs;
  },
});
