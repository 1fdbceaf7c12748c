import { Redis } from 'ioredis';
import { leaseOnce, type Payment } from 'koa-wxpay';
import { redisLeases, redisOnce } from 'koa-wxpay/redis';
import type pg from 'pg';
import type { ShopConfig } from '../config.js';
import { crashingLeases } from '../crashing.js';
import { LINE, openPostgres, PAID, type Queryable, readingPostgres } from './postgres.js';
import type { Store } from './store.js';

/** Redis keeps copies apart; what is credited is decided by the conditional update, in one transaction with the line. */
export function onRedis(config: ShopConfig): Store<unknown> {
  const { handlerTimeout, leaseTime = 1_000 } = config;
  const client = new Redis(config.redis);
  client.on('error', () => {});
  const pool = openPostgres(config);
  const options = { leaseTime, ...(handlerTimeout !== undefined && { handlerTimeout }) };
  return {
    ...readingPostgres(pool),
    once: config.crashes ? leaseOnce(crashingLeases(redisLeases(client)), options) : redisOnce(client, options),
    credit: (_, payment) => transaction(pool, (tx) => creditConditionally(tx, payment)),
  };
}

async function creditConditionally(tx: Queryable, { out_trade_no, transaction_id }: Payment): Promise<void> {
  const { rowCount } = await tx.query(`${PAID} and state = 'pending'`, [transaction_id, out_trade_no]);
  if (rowCount === 1) await tx.query(LINE, [out_trade_no, process.pid]);
}

async function transaction(pool: pg.Pool, write: (tx: Queryable) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  const lost = (): void => {};
  client.on('error', lost);
  let failed = false;
  try {
    await client.query('begin');
    await write(client);
    await client.query('commit');
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    client.off('error', lost);
    client.release(failed);
  }
}
