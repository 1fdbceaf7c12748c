import type { Context, Next } from 'koa';
import type { FindOrder, LeaseStore, Once, Payment } from 'koa-wxpay';
import type { MysqlPool } from 'koa-wxpay/mysql';
import type { PgPool, PgPoolClient } from 'koa-wxpay/postgres';
import { armedWith, CRASH_HEADER, crashAt } from './crash.js';
import type { Store } from './stores/store.js';

/** A store whose process can die on the way into it and out of it. */
export function crashing<Tx>({ once, findOrder, credit, begun }: Store<Tx>): Store<Tx> {
  return { once: crashingOnce(once), findOrder: crashingFind(findOrder), credit: crashingCredit(credit), begun };
}

/** The notification says where; the first and the last point are here. */
export async function crashingRequests(ctx: Context, next: Next): Promise<void> {
  await armedWith(ctx.get(CRASH_HEADER), async () => {
    await crashAt('received');
    const end = ctx.res.end.bind(ctx.res) as (...given: unknown[]) => typeof ctx.res;
    // A refusal on the way (the deadline, a connection that was not free in time) is no acknowledgement to die at.
    const standsStill = (): unknown => ctx.res.statusCode === 200 && crashAt('answering');
    ctx.res.end = (...given: unknown[]) =>
      armedWith(ctx.get(CRASH_HEADER), () => (standsStill() ? ctx.res : end(...given)));
    await next();
  });
}

const crashingFind =
  (findOrder: FindOrder): FindOrder =>
  async (out_trade_no) => {
    await crashAt('verified');
    return findOrder(out_trade_no);
  };

const crashingOnce =
  <Tx>(once: Once<Tx>): Once<Tx> =>
  async (claim, work) => {
    await crashAt('matched');
    const outcome = await once(claim, work);
    await crashAt('committed');
    return outcome;
  };

const crashingCredit =
  <Tx>(credit: (tx: Tx, payment: Payment) => Promise<void>) =>
  async (tx: Tx, payment: Payment): Promise<void> => {
    await crashAt('claimed');
    await credit(tx, payment);
    await crashAt('written');
  };

/** A pool of `pg` whose process can die with `commit` sent and its answer unread. */
export const crashingPostgres = (pool: { connect(): Promise<PgPoolClient> }): PgPool => ({
  async connect() {
    const client = await pool.connect();
    return {
      query: (text, values) => sent(text, client.query(text, values)),
      release: (destroy) => client.release(destroy),
      on: (event, listener) => client.on?.(event, listener),
      removeListener: (event, listener) => client.removeListener?.(event, listener),
    };
  },
});

/** The same for a pool of `mysql2/promise`. */
export const crashingMysql = (pool: MysqlPool): MysqlPool => ({
  async getConnection() {
    const connection = await pool.getConnection();
    return {
      query: (sql, values) => sent(sql, connection.query(sql, values)),
      execute: (sql, values) => connection.execute(sql, values),
      release: () => connection.release(),
      destroy: () => connection.destroy(),
      on: (event, listener) => connection.on?.(event, listener),
      removeListener: (event, listener) => connection.removeListener?.(event, listener),
    };
  },
});

/** The same for leases: `complete` is what a commit is to them. */
export const crashingLeases = (leases: LeaseStore): LeaseStore => ({
  ...leases,
  complete: (key, fence) => sent('commit', leases.complete(key, fence)),
});

function sent<T>(statement: string, answer: Promise<T>): Promise<T> {
  return (statement === 'commit' && crashAt('committing')) || answer;
}
