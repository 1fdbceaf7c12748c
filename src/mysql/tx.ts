import { handOver } from '../once/handler-failure.js';
import type { Claim } from '../once/once.js';
import { answered } from '../once/sql-session.js';
import { checkWatchable, textOf } from '../once/sql-text.js';
import { checkHandler, watchStatements } from '../once/statements.js';
import { printable } from '../util/printable.js';
import { errnoOf } from './errors.js';
import type { MysqlPoolConnection } from './pool.js';

/**
 * The transaction that the handler writes in. Its statements are refused once the handler has
 * settled.
 */
export interface MysqlTx {
  /** As `query` of `mysql2/promise`. It resolves to `[rows or result, fields]`. */
  // biome-ignore lint/suspicious/noExplicitAny: what is answered is known to the handler's statement only
  query<R = any>(sql: string, values?: unknown[]): Promise<[R, unknown]>;
  /** As `execute` of `mysql2/promise`: runs a prepared statement. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  execute<R = any>(sql: string, values?: unknown[]): Promise<[R, unknown]>;
}

/**
 * Gives the transaction to the handler until the handler has settled, or until a statement may have
 * ended the transaction.
 *
 * @throws {HandlerFailure} what the handler threw, or that it did not use the transaction as the
 * claim requires
 */
export async function handOverTx(
  given: { connection: Pick<MysqlPoolConnection, 'query' | 'execute'>; idleTimeout: number; claim: Claim },
  work: (tx: MysqlTx) => Promise<void>,
): Promise<void> {
  const { connection, idleTimeout, claim } = given;
  let over: Error | undefined;
  const watch = watchStatements();
  async function run(kind: 'query' | 'execute', sql: string, values: unknown[] | undefined) {
    if (!over && endsTransaction(sql)) {
      over = new Error(`the handler must not end the transaction: ${printable(sql)}`);
    }
    if (over) throw over;
    try {
      return await watch.run(() => answered(connection[kind](sql, values), idleTimeout));
    } catch (error) {
      if (ROLLED_BACK.includes(errnoOf(error))) {
        over = new Error(`the transaction was rolled back: ${(error as Error).message}`, { cause: error });
      }
      throw error;
    }
  }
  const through =
    (kind: 'query' | 'execute') =>
    <R>(sql: string, values?: unknown[], ...rest: unknown[]): Promise<[R, unknown]> => {
      checkWatchable(sql, values, ...rest);
      return run(kind, sql, values) as Promise<[R, unknown]>;
    };
  try {
    await handOver(work, { query: through('query'), execute: through('execute') });
    if (over) throw over;
    checkHandler(watch, claim);
  } finally {
    over ??= new Error('the transaction is over: await every statement inside the handler');
  }
}

/**
 * After these errors everything may be rolled back, and the handler's next write would commit by
 * itself: lock wait timeout, lock table full, deadlock, changed record.
 */
const ROLLED_BACK: readonly unknown[] = [1205, 1206, 1213, 1020];

const endsTransaction = (statement: unknown): boolean => ENDS.test(textOf(statement).replace(NO_CODE, ''));

/** What may stand before the first word. Comments that begin with `!` are executed. */
const NO_CODE = /^(?:[\s;]|--[^\n]*|#[^\n]*|\/\*(?!M?!)[\s\S]*?\*\/|\/\*M?!\d*)+/;

/**
 * The beginnings of statements that end a transaction, or that commit it by themselves. The key
 * would be committed before the rest of the effect.
 */
const BEGINNINGS = [
  'begin(?!\\s+not\\s+atomic)',
  'commit',
  'rollback(?!\\s+(?:work\\s+)?to\\b)',
  'start',
  'stop',
  'xa',
  '(?:create|drop)(?!\\s+(?:or\\s+replace\\s+)?temporary|\\s+prepare)',
  'alter',
  'truncate',
  'rename',
  'grant',
  'revoke',
  'lock',
  'unlock',
  '(?:analyze|check|optimize|repair)\\s+(?:local\\s+|no_write_to_binlog\\s+)?table',
  'flush',
  'reset',
  'install',
  'uninstall',
  'set\\s+(?:password|default\\s+role)',
  'set\\s+(?:(?:session|local)\\s+|@@(?:session\\.|local\\.)?)?autocommit',
];
const ENDS = new RegExp(`^(?:${BEGINNINGS.join('|')})\\b`, 'i');
