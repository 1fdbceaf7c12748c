import { randomUUID } from 'node:crypto';
import {
  ABANDONED,
  deadOf,
  entryOf,
  INBOX_TABLE,
  type Inbox,
  type InboxOptions,
  type InboxRow,
  resolveInbox,
  shortened,
} from '../once/inbox.js';
import { quoteTable } from '../once/sql-text.js';
import { storeFailed } from '../once/store-error.js';
import { readOptions } from '../util/options.js';
import { explainFailure } from './errors.js';
import type { MysqlPool } from './pool.js';
import { innermost, inTransaction, type MysqlQuery } from './session.js';
import type { MysqlTx } from './tx.js';

/**
 * An inbox in the host's own MySQL or MariaDB (InnoDB), for `mysqlOnce` on the same database. The
 * table is created by {@link createInboxTable}, or from {@link inboxTableSql}.
 *
 * @param pool a pool of `mysql2/promise`
 * @throws {TypeError} for a wrong option
 * @throws {WxpayError} `ERR_WXPAY_STORE_FAILED` from its methods, when the database failed
 * @example
 * const settlement = createSettlement({
 *   wxpay,
 *   findOrder,
 *   once: mysqlOnce(pool),
 *   inbox: mysqlInbox(pool),
 *   fulfil,
 * });
 */
export function mysqlInbox(pool: MysqlPool, options: InboxOptions = {}): Inbox<MysqlTx> {
  const { table, maxAttempts, retryAfter } = resolveInbox(options);
  const name = quoteTable(table, '`');
  const run = async <R>(statements: (query: MysqlQuery) => Promise<R>): Promise<R> => {
    try {
      return await inTransaction(pool, statements);
    } catch (error) {
      throw failed(error, table);
    }
  };
  const rowsWhere = async (query: MysqlQuery, condition: string, ...values: unknown[]): Promise<InboxRow[]> => {
    const [rows] = await query(`select ${ROW} from ${name} where ${condition} order by stored_at`, values);
    return (rows as unknown[]).map((row) => rowOf(innermost(row)));
  };
  const changed = async (query: MysqlQuery, sql: string, values: unknown[]): Promise<number> =>
    ((await query(sql, values))[0] as { affectedRows: number }).affectedRows;

  /**
   * Updates rows and returns them. MySQL cannot return updated rows, so they are marked with a
   * random id and read by it.
   */
  const claimed = async (query: MysqlQuery, sql: string, values: unknown[]): Promise<InboxRow[]> => {
    const claimedBy = randomUUID();
    const rows = await changed(query, sql, [claimedBy, ...values]);
    return rows === 0 ? [] : rowsWhere(query, 'claimed_by = ?', claimedBy);
  };

  return {
    async put(tx, { key, fingerprint, notice }) {
      const insert = `insert into ${name} (\`key\`, fingerprint, notice) values (?, ?, ?)`;
      await tx.execute(insert, [key, fingerprint, JSON.stringify(notice)].map(bytes)).catch((error: unknown) => {
        throw failed(error, table);
      });
    },
    take: (limit) =>
      run(async (query) => {
        const due = `update ${name}
          set claimed_by = ?,
              due_at = now() + interval least(3600, ? / 1000 * pow(2, least(attempts, 12))) second,
              attempts = attempts + 1
          where due_at <= now() and attempts < ?
          order by due_at
          limit ?`;
        return (await claimed(query, due, [retryAfter, maxAttempts, limit])).map(entryOf);
      }),
    done: (key) =>
      run(async (query) => {
        await query(`delete from ${name} where \`key\` = ?`, [bytes(key)]);
      }),
    failed: ({ key, attempt }, reason) =>
      run(async (query) => {
        const sql = `update ${name} set reason = ? where \`key\` = ?`;
        await query(sql, [bytes(shortened(reason)), bytes(key)]);
        const last = `update ${name}
          set reported = 1, due_at = now()
          where \`key\` = ? and attempts >= ? and attempts = ? and reported = 0`;
        return (await changed(query, last, [bytes(key), maxAttempts, attempt])) > 0;
      }),
    putBack: ({ key, attempt }) =>
      run(async (query) => {
        const sql = `update ${name} set attempts = attempts - 1 where \`key\` = ? and attempts = ?`;
        await query(sql, [bytes(key), attempt]);
      }),
    abandoned: () =>
      run(async (query) => {
        const sql = `update ${name}
          set claimed_by = ?, reported = 1, reason = coalesce(reason, ?)
          where attempts >= ? and due_at <= now() and reported = 0`;
        return (await claimed(query, sql, [bytes(ABANDONED), maxAttempts])).map(deadOf);
      }),
    dead: () =>
      run(async (query) => {
        const rows = await rowsWhere(query, 'attempts >= ? and due_at <= now()', maxAttempts);
        return rows.map(deadOf);
      }),
    retry: (key) =>
      run(async (query) => {
        const sql = `update ${name}
          set attempts = 0, due_at = now(), reported = 0
          where \`key\` = ? and attempts >= ? and due_at <= now()`;
        return (await changed(query, sql, [bytes(key), maxAttempts])) > 0;
      }),
  };
}

// Bytes, because escaping depends on sql_mode, and texts depend on the client's character set.
const bytes = (text: string): Buffer => Buffer.from(text);

// A row as one text of ASCII, which does not depend on what the pool's options do with types, names
// and character sets.
const ROW = `concat_ws(',', hex(\`key\`), hex(fingerprint), hex(notice), attempts, hex(coalesce(reason, '')))`;

function rowOf(value: unknown): InboxRow {
  const [key, fingerprint, notice, attempts, reason] = String(value).split(',') as [
    string,
    string,
    string,
    string,
    string,
  ];
  const text = (hex: string): string => Buffer.from(hex, 'hex').toString();
  return { key: text(key), fingerprint: text(fingerprint), notice: text(notice), attempts, reason: text(reason) };
}

/**
 * Returns the SQL of the table, for migration tools: one statement that is safe to repeat.
 *
 * @param table
 *
 * @default 'koa_wxpay_inbox'
 * @throws {TypeError} for a malformed name
 * @example
 * writeFileSync('migrations/0007-wxpay-inbox.sql', inboxTableSql());
 */
export const inboxTableSql = (table = 'koa_wxpay_inbox'): string =>
  `create table if not exists ${quoteTable(table, '`')} (
  \`key\` varbinary(255) primary key,
  fingerprint varbinary(255) not null,
  notice longblob not null,
  attempts int not null default 0,
  due_at timestamp not null default current_timestamp,
  claimed_by char(36),
  reason varchar(500) character set utf8mb4,
  reported tinyint not null default 0,
  stored_at timestamp not null default current_timestamp,
  index (due_at),
  index (claimed_by)
) engine = InnoDB;`;

/**
 * Creates the table of {@link mysqlInbox} unless it exists. It is safe to call at every start, on
 * many machines at once.
 *
 * @throws {TypeError} for a malformed name
 * @example
 * await createInboxTable(pool);
 */
export async function createInboxTable(
  db: { query(sql: string): Promise<unknown> },
  options: { table?: string } = {},
): Promise<void> {
  const { table } = readOptions('createInboxTable', options, { table: INBOX_TABLE });
  await db.query(inboxTableSql(table));
}

const failed = (error: unknown, table: string) =>
  storeFailed('MySQL', explainFailure(error, inboxTableSql(table)), error);
