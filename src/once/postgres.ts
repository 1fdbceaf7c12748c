import { checkNames, type Names } from '../core/names.js';
import { printable } from '../core/printable.js';
import { createTables } from './create-tables.js';
import type { Once, OnceOutcome } from './once.js';
import { onPglite, type PgliteDatabase } from './pglite.js';
import { onPool, type PgPool, type PgQuery, type PgSteps, type Transact } from './postgres-transaction.js';
import {
  checkMilliseconds,
  codeOf,
  firstWords,
  HandlerFailure,
  handOver,
  PATIENCE,
  quoteTable,
  reasonOf,
  storeFailed,
} from './store.js';

export type { PgliteDatabase, PgliteTransaction } from './pglite.js';
export type { PgAnswer, PgPool, PgPoolClient } from './postgres-transaction.js';

/** The transaction the handler writes in. Its statements are refused once the handler has settled. */
export interface PgTx {
  // biome-ignore lint/suspicious/noExplicitAny: what a row holds is known to the handler's statement only
  query<R = any>(text: string, values?: unknown[]): Promise<{ rows: R[]; rowCount: number | null }>;
}

export interface PostgresOnceOptions {
  /** `table` or `schema.table`. @default 'koa_wxpay_once' */
  table?: string;
  /** How long (ms) a handler may be idle inside the transaction before it is rolled back and the key is free again. @default 60_000 */
  idleTimeout?: number;
}

/** What `createTable` and `prune` ask of a pool or of PGlite. */
export interface PgDatabase {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

const DEFAULT_TABLE = 'koa_wxpay_once';
const NAMES: Names<PostgresOnceOptions> = { table: true, idleTimeout: true };

/**
 * A `once` that keeps its memory in the host's own PostgreSQL, in the same transaction as the handler's effect: both are
 * committed or neither is, whatever dies in between. Concurrent copies wait at most a second (`lock_timeout`, which also
 * holds for the handler's statements) and answer `busy`.
 *
 * The handler must write through `tx`, and cannot begin or end a transaction there. Through the pool it would write outside the transaction, starve a small pool, and
 * block PGlite. The table is made by `createTable` or from `tableSql`; the pool wants an `error` listener of the host's.
 *
 * @param db a pool of `pg`, or PGlite
 * @throws TypeError for a wrong option
 * @throws WxpayError ERR_WXPAY_STORE_FAILED (from the returned function) when the database failed, or the outcome of the
 *   commit is unknown; what the handler throws leaves unchanged
 * @example
 * wxNotify({ wxpay, findOrder, once: postgresOnce(new Pool()) });
 */
export function postgresOnce(db: PgPool | PgliteDatabase, options: PostgresOnceOptions = {}): Once<PgTx> {
  checkNames('postgresOnce', options, NAMES);
  const { table = DEFAULT_TABLE, idleTimeout = 60_000 } = options;
  const name = quoteTable(table, '"');
  checkMilliseconds('idleTimeout', idleTimeout);
  const transact = transactOn(db, idleTimeout);
  // What is left of the second was for the claim; the handler's statements get a whole one.
  const insert = `insert into ${name} (key, fingerprint) values ($1, $2) on conflict (key) do nothing
    returning set_config('lock_timeout', '${PATIENCE}', true)`;
  const read = `select fingerprint from ${name} where key = $1`;

  return async function postgresOnce({ key, fingerprint, signal }, work): Promise<OnceOutcome> {
    if (signal.aborted) return 'busy';
    const steps: PgSteps = {
      async claim(query) {
        try {
          const inserted = await query(insert, [key, fingerprint]);
          if (inserted.rows.length === 0) return compare((await query(read, [key])).rows, fingerprint);
        } catch (error) {
          if (LOCKED.has(codeOf(error) ?? '')) return 'busy';
          throw error;
        }
        return signal.aborted ? 'busy' : undefined;
      },
      work: (query) => handOverTx(query, work),
      async check(query) {
        const kept = await query(read, [key]);
        if (kept.rows.length !== 1) throw new Error('the handler ended the transaction itself');
      },
    };
    try {
      return await transact(signal, steps);
    } catch (error) {
      if (error instanceof HandlerFailure) throw error.thrown;
      throw storeFailed('PostgreSQL', explain(error, table), error);
    }
  };
}

/** lock_not_available, deadlock_detected: the copy before is still at it. */
const LOCKED: ReadonlySet<string> = new Set(['55P03', '40P01']);

function transactOn(db: PgPool | PgliteDatabase, idleTimeout: number): Transact {
  if (typeof (db as Partial<PgPool> | null)?.connect === 'function') return onPool(db as PgPool, idleTimeout);
  if (typeof (db as Partial<PgliteDatabase> | null)?.transaction === 'function') {
    return onPglite(db as PgliteDatabase, idleTimeout);
  }
  throw new TypeError('"db" must be a pool of pg (with "connect") or PGlite (with "transaction")');
}

function compare(rows: unknown[], fingerprint: string): Exclude<OnceOutcome, 'ran'> {
  const [stored] = rows as { fingerprint: string }[];
  if (stored === undefined) return 'busy';
  return stored.fingerprint === fingerprint ? 'already' : 'conflict';
}

/** Statements after the handler has settled would run in somebody else's transaction, or in none. */
async function handOverTx(query: PgQuery, work: (tx: PgTx) => Promise<void>): Promise<void> {
  let over: Error | undefined;
  const tx: PgTx = {
    async query<R>(text: string, values?: unknown[]) {
      if (!over && endsTransaction(text))
        over = new Error(`the handler must not end the transaction: ${printable(text)}`);
      if (over) throw over;
      const answer = await query(text, values);
      return { ...answer, rows: answer.rows as R[] };
    },
  };
  try {
    await handOver(work, tx);
    // also where the handler made nothing of it
    if (over) throw over;
  } finally {
    over ??= new Error('the transaction is over: await every statement inside the handler');
  }
}

/** Code that was written to run by itself brings its own `begin` and `commit`: the mark would be committed before the rest is. */
const endsTransaction = (statement: unknown): boolean =>
  firstWords(
    statement,
    /^(?:begin|start\s+transaction|commit|end|abort|rollback(?!\s+(?:(?:work|transaction)\s+)?to\b)|prepare\s+transaction)\b/i,
  );

function explain(error: unknown, table: string): string {
  const code = codeOf(error);
  if (code === '42P01') return `${reasonOf(error)}; create the table with: ${tableSql(table)}`;
  if (code === '25P02') return 'a statement failed inside the handler, which went on: everything was rolled back';
  return reasonOf(error);
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
    `create table if not exists ${name} (key text collate "C" primary key, fingerprint text not null, done_at timestamptz not null default now())`,
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
  if (!Number.isSafeInteger(days) || days < 1)
    throw new TypeError(`"days" must be a positive whole number, not ${days}`);
  const { rows } = await db.query(
    `with gone as (delete from ${quoteTable(table, '"')} where done_at < now() - make_interval(days => $1) returning 1) select count(*)::int as count from gone`,
    [days],
  );
  return (rows as { count: number }[])[0]?.count ?? 0;
}
