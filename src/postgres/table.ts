import { quoteTable } from '../once/sql-text.js';
import { createTables } from './create-tables.js';

export const DEFAULT_TABLE = 'koa_wxpay_once';

/** What `createTable` and `prune` ask of a pool or of PGlite. */
export interface PgDatabase {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/**
 * The table as SQL, for migration tools: two statements, safe to repeat.
 *
 * @throws TypeError for a wrong name
 */
export function tableSql(table: string = DEFAULT_TABLE): string {
  return tableStatements(table)
    .map((statement) => `${statement};`)
    .join('\n');
}

// BRIN: rows arrive in the order of done_at, so a few pages of index serve any number of them.
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

/** Makes the table unless it is there; safe to call at every start, on many machines at once. */
export async function createTable(db: PgDatabase, { table = DEFAULT_TABLE }: { table?: string } = {}): Promise<void> {
  await createTables(db, tableStatements(table));
}

/**
 * Forgets what was done more than `days` ago, by the server's clock; resolves to the number of rows. API v2 notifications
 * can be replayed for ever: after this, the state of the order is what refuses them.
 *
 * @throws TypeError when `days` is not a positive whole number
 */
export async function prune(
  db: PgDatabase,
  { days = 180, table = DEFAULT_TABLE }: { days?: number; table?: string } = {},
): Promise<number> {
  if (!Number.isSafeInteger(days) || days < 1) {
    throw new TypeError(`"days" must be a positive whole number, not ${days}`);
  }
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
