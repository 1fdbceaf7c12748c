import { randomBytes } from 'node:crypto';
import { HandlerFailure } from '../once/handler-failure.js';
import type { Once, OnceOutcome } from '../once/once.js';
import { inSession, type Steps } from '../once/sql-session.js';
import { quoteTable, tableName } from '../once/sql-text.js';
import { storeFailed } from '../once/store-error.js';
import { MINUTE } from '../util/clock.js';
import { milliseconds } from '../util/milliseconds.js';
import { type Rules, readOptions, withDefault } from '../util/options.js';
import { errnoOf, explainFailure } from './errors.js';
import type { MysqlPool } from './pool.js';
import { MysqlSession } from './session.js';
import { DEFAULT_TABLE, tableSql } from './table.js';
import type { MysqlTx } from './tx.js';

/** Options of {@link mysqlOnce}. */
export interface MysqlOnceOptions {
  /** The table, `table` or `database.table`. @default 'koa_wxpay_once' */
  table?: string;
  /**
   * Milliseconds that a handler may be idle inside the transaction, rounded up to a second. After
   * that the transaction is rolled back and the key is free again. One statement of the handler may
   * take ten seconds more.
   *
   * @default 60_000
   */
  idleTimeout?: number;
}

const RULES = {
  table: tableName(DEFAULT_TABLE),
  idleTimeout: withDefault(milliseconds(), MINUTE),
} satisfies Rules<MysqlOnceOptions>;
const DUPLICATE = 1062;
/** Lock wait timeout, deadlock: another copy is still running. */
const LOCKED: readonly unknown[] = [1205, 1213];

/**
 * A `once` in the host's own MySQL or MariaDB (InnoDB). The key is recorded in the transaction of
 * the handler's effect, so that both are committed or neither is, whatever process dies. Concurrent
 * copies wait a second and resolve to `busy`. That is an `innodb_lock_wait_timeout`, which also
 * holds for the handler's statements.
 *
 * The handler must write through `tx`, into InnoDB tables. Statements that end a transaction or
 * commit by themselves (`commit`, `create table`, `lock tables`, …) are refused. The table is
 * created by {@link createTable}, or from {@link tableSql}.
 *
 * @param pool a pool of `mysql2/promise`
 * @throws {TypeError} for a wrong option
 * @throws {WxpayError} `ERR_WXPAY_STORE_FAILED` from the returned function, when the database
 * failed or the outcome of the commit is unknown. What the handler throws is thrown unchanged.
 * @example
 * wxNotify({ wxpay, findOrder, once: mysqlOnce(mysql.createPool(process.env.DATABASE_URL)) });
 */
export function mysqlOnce(pool: MysqlPool, options: MysqlOnceOptions = {}): Once<MysqlTx> {
  const { table, idleTimeout } = readOptions('mysqlOnce', options, RULES);
  if (typeof pool?.getConnection !== 'function' || typeof (pool as { promise?: unknown }).promise === 'function') {
    throw new TypeError('"pool" must be a pool of "mysql2/promise" (of "mysql2": pool.promise())');
  }
  const name = quoteTable(table, '`');
  const insert = `insert into ${name} (\`key\`, fingerprint, unfinished_run) values (?, ?, ?)`;
  const finish = `update ${name} set unfinished_run = null where \`key\` = ? and unfinished_run = ?`;
  // Read as text, because a typeCast of the pool may convert numbers.
  const found = `select case
      when fingerprint <> ? then 'conflict'
      when unfinished_run is null then 'already'
      else 'unfinished'
    end
    from ${name}
    where \`key\` = ?`;

  return async function mysqlOnce(claim, work): Promise<OnceOutcome> {
    const { key, fingerprint, signal } = claim;
    if (signal.aborted) return 'busy';
    // Bytes, so that neither a collation nor the character set of a connection makes two keys
    // equal.
    const [keyBytes, factBytes, run] = [Buffer.from(key), Buffer.from(fingerprint), randomBytes(16)];

    const steps: Steps<MysqlSession> = {
      async claim(session) {
        try {
          await session.write(insert, [keyBytes, factBytes, run]);
        } catch (error) {
          if (LOCKED.includes(errnoOf(error))) return 'busy';
          if (errnoOf(error) !== DUPLICATE) throw error;
          const stored = String((await session.read(found, [factBytes, keyBytes])) ?? 'busy');
          if (stored === 'unfinished') throw new Error(unfinished(name, key));
          return stored as 'already' | 'conflict' | 'busy';
        }
        return signal.aborted ? 'busy' : undefined;
      },
      work: (session) => session.lend(work, claim),
      async check(session) {
        const finished = await session.write(finish, [keyBytes, run]);
        if (finished !== 1) throw new Error('the handler ended the transaction itself');
      },
    };
    try {
      return await inSession(() => MysqlSession.open(pool, idleTimeout), signal, steps);
    } catch (error) {
      if (error instanceof HandlerFailure) throw error.thrown;
      throw storeFailed('MySQL', explainFailure(error, tableSql(table)), error);
    }
  };
}

/**
 * The message for a run that ended its own transaction (for instance in a procedure) and then
 * failed or died. It is not known how much of its work is done.
 */
const unfinished = (name: string, key: string): string =>
  `a handler ended its transaction itself and did not finish: see what it did for ${key}, then delete that row of ${name} to run it again, or set its unfinished_run to null if it is done`;
