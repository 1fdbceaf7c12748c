import { quoteTable, retention, tableName } from '../once/sql-text.js';
import { readOptions } from '../util/options.js';
import { createTables } from './create-tables.js';

export const DEFAULT_TABLE = 'koa_wxpay_once';

const RULES = { table: tableName(DEFAULT_TABLE) };

/** What `createTable` and `prune` need of a pool of `pg` or of PGlite. */
export interface PgDatabase {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/**
 * Returns the SQL of the table, for migration tools: two statements that are safe to repeat.
 *
 * @param table
 *
 * @default 'koa_wxpay_once'
 * @throws {TypeError} for a malformed name
 * @example
 * writeFileSync('migrations/0006-wxpay-once.sql', tableSql());
 */
export function tableSql(table: string = DEFAULT_TABLE): string {
  return tableStatements(table)
    .map((statement) => `${statement};`)
    .join('\n');
}

// BRIN: rows arrive in the order of done_at, so that a few pages of index serve any number of them.
function tableStatements(table: string): string[] {
  const name = quoteTable(table, '"');
  return [
    `create table if not exists ${name} (
  key text collate "C" primary key,
  fingerprint text not null,
  done_at timestamptz not null default now()
)`,
    `create index if not exists "${table.split('.').at(-1)}_done_at" on ${name} using brin (done_at)`,
  ];
}

/**
 * Creates the table of {@link postgresOnce} unless it exists. It is safe to call at every start, on
 * many machines at once.
 *
 * @throws {TypeError} for a malformed name
 * @example
 * await createTable(pool);
 */
export async function createTable(db: PgDatabase, options: { table?: string } = {}): Promise<void> {
  const { table } = readOptions('createTable', options, RULES);
  await createTables(db, tableStatements(table));
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
export async function prune(db: PgDatabase, options: { days?: number; table?: string } = {}): Promise<number> {
  const { days, table } = readOptions('prune', options, { days: retention, ...RULES });
  const { rows } = await db.query(
    `with gone as (
       delete from ${quoteTable(table, '"')}
        where done_at < now() - make_interval(days => $1)
       returning 1
     )
     select count(*)::int as count from gone`,
    [days],
  );
  return (rows as { count: number }[])[0]?.count ?? 0;
}
