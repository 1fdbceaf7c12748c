import type { PgTx } from 'koa-wxpay/postgres';
import type { Db } from './db.js';

/** Something to do about an order once it is paid. The key says what, and is the same however often it is said. */
export interface Task {
  key: string;
  order_id: string;
}

/** Where slow work begins: a row in the transaction that pays the order, so that neither exists without the other. */
export const addTask = (tx: PgTx, order_id: string): Promise<unknown> =>
  tx.query('insert into outbox (key, order_id) values ($1, $2) on conflict (key) do nothing', [
    `pack-${order_id}`,
    order_id,
  ]);

/**
 * Takes tasks that are free, and again those that were taken a minute ago and not finished. Any number of processes may call it at
 * once. The row stays until the task is done, because the process that took it may die and the queue may lose it.
 */
export const takeTasks = async (db: Db, limit: number): Promise<Task[]> =>
  (
    await db.query<Task>(
      `update outbox set taken_at = now() where key in (
         select key from outbox where taken_at is null or taken_at < now() - interval '1 minute'
         order by made_at limit $1 for update skip locked)
       returning key, order_id`,
      [limit],
    )
  ).rows;

/**
 * Does a task. Here the effect is in the shop's own database, so doing it and crossing it off is one statement; towards another
 * system, send the key along as its idempotency key, and cross it off afterwards.
 */
export const perform = (db: Db, key: string, now: number): Promise<unknown> =>
  db.query(
    `with done as (delete from outbox where key = $1 returning order_id)
     update orders o set packed_at = $2 from done where o.id = done.order_id and o.packed_at is null`,
    [key, new Date(now)],
  );
