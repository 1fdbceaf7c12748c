import type { Claim } from '../once/once.js';
import { answered, CommitUnknown, type Session } from '../once/sql-session.js';
import { SECOND } from '../util/clock.js';
import type { MysqlPool, MysqlPoolConnection } from './pool.js';
import { handOverTx, type MysqlTx } from './tx.js';

const SETTINGS_AS_BEFORE = `set
  session innodb_lock_wait_timeout = @koa_wxpay_lock_wait,
  session lock_wait_timeout = @koa_wxpay_table_wait,
  session wait_timeout = @koa_wxpay_idle,
  session autocommit = @koa_wxpay_autocommit`;

/**
 * One transaction on a connection of the host's pool. Its settings are restored before the
 * connection returns to the pool.
 */
export class MysqlSession implements Session {
  readonly #connection: MysqlPoolConnection;
  readonly #idleTimeout: number;
  #changed = false;

  private constructor(connection: MysqlPoolConnection, idleTimeout: number) {
    this.#connection = connection;
    this.#idleTimeout = idleTimeout;
  }

  static async open(pool: MysqlPool, idleTimeout: number): Promise<MysqlSession> {
    return new MysqlSession(await pool.getConnection(), idleTimeout);
  }

  async begin(): Promise<void> {
    await this.#connection.query(
      `set
      @koa_wxpay_lock_wait = @@session.innodb_lock_wait_timeout,
      @koa_wxpay_table_wait = @@session.lock_wait_timeout,
      @koa_wxpay_idle = @@session.wait_timeout,
      @koa_wxpay_autocommit = @@session.autocommit,
      session innodb_lock_wait_timeout = 1,
      session lock_wait_timeout = 1,
      session wait_timeout = ${Math.ceil(this.#idleTimeout / SECOND)},
      session autocommit = 0`,
    );
    this.#changed = true;
    // autocommit is off so that what a handler writes after a procedure has ended this transaction
    // is rolled back too.
    await this.#connection.query('start transaction read write');
  }

  // Prepared statements, because escaping by the client depends on sql_mode.
  /** @returns how many rows it changed */
  async write(sql: string, values: Buffer[]): Promise<number> {
    const [result] = await this.#connection.execute(sql, values);
    return (result as { affectedRows: number }).affectedRows;
  }

  /**
   * Returns the one value of the one row, whatever the pool's options do with rows, or `undefined`
   * where there is no row.
   */
  async read(sql: string, values: Buffer[]): Promise<unknown> {
    const [rows] = await this.#connection.execute(sql, values);
    return innermost((rows as unknown[])[0]);
  }

  lend(work: (tx: MysqlTx) => Promise<void>, claim: Claim): Promise<void> {
    return handOverTx({ connection: this.#connection, idleTimeout: this.#idleTimeout, claim }, work);
  }

  async commit(): Promise<void> {
    await this.#connection.query('commit').catch((cause: Error) => {
      // An answer of the server has a SQLSTATE and means that it was rolled back. Only without an
      // answer the outcome is unknown.
      const { sqlState, fatal } = cause as { sqlState?: string; fatal?: boolean };
      throw sqlState && !fatal ? cause : new CommitUnknown(cause);
    });
  }

  async rollback(): Promise<void> {
    await this.#connection.query('rollback');
  }

  async tidy(): Promise<void> {
    if (this.#changed) await this.#connection.query(SETTINGS_AS_BEFORE);
  }

  giveBack(broken?: Error): void {
    if (broken) this.#connection.destroy();
    else this.#connection.release();
  }

  onLost(listener: (error: Error) => void): void {
    this.#connection.on?.('error', listener);
  }

  offLost(listener: (error: Error) => void): void {
    this.#connection.removeListener?.('error', listener);
  }
}

/** Runs one statement on a connection. */
export type MysqlQuery = (sql: string, values?: unknown[]) => Promise<[unknown, unknown]>;

/**
 * Runs statements in a transaction of their own. Where `autocommit` is off by default, nothing else
 * would commit them.
 */
export async function inTransaction<T>(pool: MysqlPool, run: (query: MysqlQuery) => Promise<T>): Promise<T> {
  const connection = await pool.getConnection();
  try {
    const query: MysqlQuery = (sql, values) => answered(connection.query(sql, values));
    await query('start transaction read write');
    const result = await run(query);
    await query('commit');
    connection.release();
    return result;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

/**
 * Returns the value of a row with one value. rowsAsArray makes a list of the row, and nestTables an
 * object in an object.
 */
export const innermost = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Buffer.isBuffer(value) ? innermost(Object.values(value)[0]) : value;
