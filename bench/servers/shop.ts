/** A shop whose orders are in PostgreSQL, and the bare transactions of the same pool. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import pg from 'pg';
import { wxNotify } from '../../src/index.js';
import { createTable, postgresOnce } from '../../src/postgres/index.js';
import { wxpayV3 } from '../candidates/ours.js';
import type { Merchant } from '../inputs/merchant.js';
import { orderOf, TOTAL, tradeNo } from '../inputs/order.js';
import { answering } from './child.js';

export const POOL = 10;

export type Question =
  | { open: { merchant: Merchant; connectionString: string; orders: number } }
  /** As many loops as a load has connections. */
  | { bare: { loops: number; seconds: number } }
  /** Every order pending again. */
  | { reset: true };

let pool: pg.Pool;

answering(async (question: Question) => {
  if ('bare' in question) return bareTransactions(question.bare.loops, question.bare.seconds);
  if ('reset' in question) return reset();
  const { merchant, connectionString, orders } = question.open;
  pool = new pg.Pool({ connectionString, max: POOL });
  pool.on('error', () => {});
  await createTables(orders);
  const server = shopOf(merchant).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
});

async function createTables(orders: number): Promise<void> {
  await createTable(pool);
  await pool.query(`create table orders (
    out_trade_no text primary key, total int not null, state text not null, transaction_id text)`);
  await pool.query('create table bare (key text primary key, fingerprint text not null)');
  await pool.query('insert into orders (out_trade_no, total, state) select unnest($1::text[]), $2, $3', [
    Array.from({ length: orders }, (_, n) => tradeNo(n)),
    TOTAL,
    'pending',
  ]);
}

async function reset(): Promise<object> {
  await pool.query('truncate koa_wxpay_once, bare');
  await pool.query(`update orders set state = 'pending', transaction_id = null`);
  await pool.query('vacuum orders');
  return {};
}

const MARK_PAID = `update orders set state = 'paid', transaction_id = $1 where out_trade_no = $2 and state = 'pending'`;

function shopOf(merchant: Merchant): Koa {
  const app = new Koa();
  app.on('error', () => {});
  app.use(
    wxNotify({
      wxpay: wxpayV3(merchant),
      once: postgresOnce(pool),
      async findOrder(out_trade_no) {
        const { rows } = await pool.query('select state, transaction_id from orders where out_trade_no = $1', [
          out_trade_no,
        ]);
        return rows[0] ? { ...orderOf(out_trade_no), ...rows[0] } : null;
      },
    }),
  );
  app.use(async (ctx) => {
    const { notice, tx } = ctx.state.wxpay;
    if (notice.type !== 'payment.success') return;
    await tx.query(MARK_PAID, [notice.payment.transaction_id, notice.payment.out_trade_no]);
  });
  return app;
}

/** The limit: nothing but the statements that make an effect and its mark one. */
async function bareTransactions(loops: number, seconds: number): Promise<{ rate: number }> {
  const begun = performance.now();
  const until = begun + seconds * 1_000;
  let done = 0;
  const loop = async (): Promise<void> => {
    while (performance.now() < until) {
      const n = done++;
      const client = await pool.connect();
      await client.query('begin');
      await client.query('insert into bare (key, fingerprint) values ($1, $2)', [`payment:${n}`, `${n}|${TOTAL}|CNY`]);
      await client.query(MARK_PAID, [`4200000${n}`, tradeNo(n)]);
      await client.query('commit');
      client.release();
    }
  };
  await Promise.all(Array.from({ length: loops }, loop));
  return { rate: done / ((performance.now() - begun) / 1_000) };
}
