import { quoteTable, retention, tableName } from '../once/sql-text.js';
import { readOptions } from '../util/options.js';
import type { MysqlPool } from './pool.js';
import { inTransaction } from './session.js';

export const DEFAULT_TABLE = 'koa_wxpay_once';

const RULES = { table: tableName(DEFAULT_TABLE) };

/**
 * Returns the SQL of the table, for migration tools: one statement that is safe to repeat.
 *
 * @param table
 *
 * @default 'koa_wxpay_once'
 * @throws {TypeError} for a malformed name
 * @example
 * writeFileSync('migrations/0006-wxpay-once.sql', tableSql());
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

/**
 * Creates the table of {@link mysqlOnce} unless it exists. It is safe to call at every start, on
 * many machines at once.
 *
 * @throws {TypeError} for a malformed name
 * @example
 * await createTable(pool);
 */
export async function createTable(
  db: { query(sql: string): Promise<unknown> },
  options: { table?: string } = {},
): Promise<void> {
  const { table } = readOptions('createTable', options, RULES);
  await db.query(tableSql(table));
}

/**
 * Deletes the keys that were recorded more than `days` ago, by the server's clock. Notifications of
 * API v2 carry no time and can be replayed for ever. After their key is deleted, the state of the
 * order refuses them.
 *
 * @param options `days` is 180 by default, `table` is `'koa_wxpay_once'`
 * @returns how many keys were deleted
 * @throws {TypeError} for a wrong option
 * @example
 * setInterval(() => prune(pool).catch(console.error), 86_400_000);
 */
export async function prune(pool: MysqlPool, options: { days?: number; table?: string } = {}): Promise<number> {
  const { days, table } = readOptions('prune', options, { days: retention, ...RULES });
  const forget = `delete from ${quoteTable(table, '`')}
    where done_at < now() - interval ? day and unfinished_run is null`;
  const [result] = await inTransaction(pool, (query) => query(forget, [days]));
  return (result as { affectedRows: number }).affectedRows;
}
