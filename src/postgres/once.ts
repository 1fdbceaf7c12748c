import { HandlerFailure } from '../once/handler-failure.js';
import { LOCK_WAIT } from '../once/lock-wait.js';
import type { Once, OnceOutcome } from '../once/once.js';
import { quoteTable, tableName } from '../once/sql-text.js';
import { codeOf, storeFailed } from '../once/store-error.js';
import { MINUTE } from '../util/clock.js';
import { milliseconds } from '../util/milliseconds.js';
import { type Rules, readOptions, withDefault } from '../util/options.js';
import { explainFailure } from './errors.js';
import { onPglite, type PgliteDatabase } from './pglite.js';
import { DEFAULT_TABLE, tableSql } from './table.js';
import { onPool, type PgAnswer, type PgPool, type PgSteps, type Transact } from './transaction.js';
import { handOverTx, type PgTx } from './tx.js';

/** Options of {@link postgresOnce}. */
export interface PostgresOnceOptions {
  /** The table, `table` or `schema.table`. @default 'koa_wxpay_once' */
  table?: string;
  /**
   * Milliseconds that a handler may be idle inside the transaction. After that the transaction is
   * rolled back and the key is free again. One statement of the handler may take ten seconds more.
   *
   * @default 60_000
   */
  idleTimeout?: number;
}

const RULES = {
  table: tableName(DEFAULT_TABLE),
  idleTimeout: withDefault(milliseconds(), MINUTE),
} satisfies Rules<PostgresOnceOptions>;

/**
 * A `once` in the host's own PostgreSQL. The key is recorded in the transaction of the handler's
 * effect, so that both are committed or neither is, whatever process dies. Concurrent copies wait
 * at most a second and resolve to `busy`. That is a `lock_timeout`, which also holds for the
 * handler's statements.
 *
 * The handler must write through `tx`, and cannot begin or end a transaction there. A write through
 * the pool would be outside the transaction, would need a second connection, and would block
 * PGlite. The table is created by {@link createTable}, or from {@link tableSql}. Give the pool a
 * listener for its `error` event.
 *
 * @param db a pool of `pg`, or PGlite
 * @throws {TypeError} for a wrong option
 * @throws {WxpayError} `ERR_WXPAY_STORE_FAILED` from the returned function, when the database
 * failed or the outcome of the commit is unknown. What the handler throws is thrown unchanged.
 * @example
 * wxNotify({ wxpay, findOrder, once: postgresOnce(new Pool()) });
 */
export function postgresOnce(db: PgPool | PgliteDatabase, options: PostgresOnceOptions = {}): Once<PgTx> {
  const { table, idleTimeout } = readOptions('postgresOnce', options, RULES);
  const name = quoteTable(table, '"');
  const transact = transactOn(db, idleTimeout);
  // The claim waited for what was left of the second. The handler's statements get a whole one.
  const insert = `insert into ${name} (key, fingerprint)
    values ($1, $2)
    on conflict (key) do nothing
    returning set_config('lock_timeout', '${LOCK_WAIT}', true), txid_current()::text as transaction`;
  // The transaction is compared, and not the row: the handler may change the search path and the
  // role.
  const current = 'select txid_current_if_assigned()::text as transaction';
  const read = `select fingerprint from ${name} where key = $1`;

  return async function postgresOnce(claim, work): Promise<OnceOutcome> {
    const { key, fingerprint, signal } = claim;
    if (signal.aborted) return 'busy';
    let begun: unknown;
    const steps: PgSteps = {
      async claim(query) {
        try {
          const inserted = await query(insert, [key, fingerprint]);
          if (inserted.rows.length === 0) return compare((await query(read, [key])).rows, fingerprint);
          begun = transactionOf(inserted);
        } catch (error) {
          if (LOCKED.has(codeOf(error) ?? '')) return 'busy';
          throw error;
        }
        return signal.aborted ? 'busy' : undefined;
      },
      work: (query) => handOverTx(query, work, claim),
      async check(query) {
        if (transactionOf(await query(current)) !== begun) throw new Error('the handler ended the transaction itself');
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

/** lock_not_available, deadlock_detected: another copy is still running. */
const LOCKED: ReadonlySet<string> = new Set(['55P03', '40P01']);

function transactOn(db: PgPool | PgliteDatabase, idleTimeout: number): Transact {
  if (typeof (db as Partial<PgPool> | null)?.connect === 'function') return onPool(db as PgPool, idleTimeout);
  if (typeof (db as Partial<PgliteDatabase> | null)?.transaction === 'function') {
    return onPglite(db as PgliteDatabase, idleTimeout);
  }
  throw new TypeError('"db" must be a pool of pg (with "connect") or PGlite (with "transaction")');
}

const transactionOf = ({ rows }: PgAnswer): unknown => (rows as { transaction: unknown }[])[0]?.transaction;

function compare(rows: unknown[], fingerprint: string): Exclude<OnceOutcome, 'ran'> {
  const [stored] = rows as { fingerprint: string }[];
  if (stored === undefined) return 'busy';
  return stored.fingerprint === fingerprint ? 'already' : 'conflict';
}

/** in_failed_sql_transaction: a statement failed, and another one was sent all the same. */
const FAILED_TRANSACTION = '25P02';

const explain = (error: unknown, table: string): string =>
  codeOf(error) === FAILED_TRANSACTION
    ? 'a statement failed inside the handler, which went on: everything was rolled back'
    : explainFailure(error, tableSql(table));
