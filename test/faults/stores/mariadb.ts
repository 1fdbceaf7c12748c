import { mysqlOnce } from 'koa-wxpay/mysql';
import { createPool, type RowDataPacket } from 'mysql2/promise';
import type { ShopConfig } from '../config.js';
import { crashingMysql } from '../crashing.js';
import { orderOf, type Store } from './store.js';

const PAID = `update orders set state = 'paid', transaction_id = ? where out_trade_no = ?`;
const LINE = 'insert into ledger (out_trade_no, pid) values (?, ?)';

/** Without a condition, as on PostgreSQL: nothing but `once` keeps the effect single. */
export function onMariadb(config: ShopConfig): Store<{ query(sql: string, values: unknown[]): Promise<unknown> }> {
  const pool = createPool({ uri: config.mariadb, connectionLimit: 10 });
  const idleTimeout = config.handlerTimeout === undefined ? {} : { idleTimeout: config.handlerTimeout };
  return {
    once: mysqlOnce(config.crashes ? crashingMysql(pool) : pool, idleTimeout),
    findOrder: async (out_trade_no) => {
      const [rows] = await pool.query<RowDataPacket[]>('select total from orders where out_trade_no = ?', [
        out_trade_no,
      ]);
      return rows[0] ? orderOf(out_trade_no, rows[0].total) : null;
    },
    async credit(tx, { out_trade_no, transaction_id }) {
      await tx.query(PAID, [transaction_id, out_trade_no]);
      await tx.query(LINE, [out_trade_no, process.pid]);
    },
    async begun(out_trade_no) {
      await pool.query('insert into runs (out_trade_no) values (?)', [out_trade_no]);
      const [rows] = await pool.query<RowDataPacket[]>('select count(*) as runs from runs where out_trade_no = ?', [
        out_trade_no,
      ]);
      return rows[0]?.runs;
    },
  };
}
