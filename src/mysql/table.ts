import { quoteTable } from '../once/sql-text.js';
import type { MysqlPool } from './pool.js';
import { inTransaction } from './session.js';

export const DEFAULT_TABLE = 'koa_wxpay_once';

/**
 * The table as SQL, for migration tools: one statement, safe to repeat.
 *
 * @throws TypeError for a wrong name
 */
export function tableSql(table: string = DEFAULT_TABLE): string {
  return `create table if not exists ${quoteTable(table, '`')} (
  \`key\` varbinary(255) primary key,
  fingerprint varbinary(255) not null,
  unfinished_run binary(16),
  done_at timestamp not null default current_timestamp,
  index (done_at)
) engine = InnoDB;`;
}

/** Makes the table unless it is there; safe to call at every start, on many machines at once. */
export async function createTable(
  db: { query(sql: string): Promise<unknown> },
  { table = DEFAULT_TABLE }: { table?: string } = {},
): Promise<void> {
  await db.query(tableSql(table));
}

/**
 * Forgets what was done more than `days` ago, by the server's clock; resolves to the number of rows. API v2 notifications
 * can be replayed for ever: after this, the state of the order is what refuses them.
 *
 * @throws TypeError when `days` is not a positive whole number
 */
export async function prune(
  pool: MysqlPool,
  { days = 180, table = DEFAULT_TABLE }: { days?: number; table?: string } = {},
): Promise<number> {
  if (!Number.isSafeInteger(days) || days < 1) {
    throw new TypeError(`"days" must be a positive whole number, not ${days}`);
  }
  const forget = `delete from ${quoteTable(table, '`')}
    where done_at < now() - interval ? day and unfinished_run is null`;
  const [result] = await inTransaction(pool, (query) => query(forget, [days]));
  return (result as { affectedRows: number }).affectedRows;
}
