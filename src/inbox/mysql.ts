import { randomUUID } from 'node:crypto';
import type { MysqlTx } from '../once/mysql.js';
import { quoteTable, reasonOf, storeFailed } from '../once/store.js';
import { deadOf, entryOf, type Inbox, type InboxOptions, type InboxRow, resolveInbox, shortened } from './inbox.js';

/** What is asked of a pool of `mysql2/promise`. */
export interface MysqlInboxDatabase {
  query(sql: string, values?: unknown[]): Promise<[unknown, unknown]>;
}

const NO_SUCH_TABLE = 1146;

/**
 * An inbox in the host's own MySQL or MariaDB (InnoDB), for `mysqlOnce` on the same database. The table is made by
 * `createInboxTable` or from `inboxTableSql`.
 *
 * @param db a pool of `mysql2/promise`
 * @throws TypeError for a wrong option
 * @throws WxpayError `ERR_WXPAY_STORE_FAILED` (from its methods) when the database failed
 */
export function mysqlInbox(db: MysqlInboxDatabase, options: InboxOptions = {}): Inbox<MysqlTx> {
  const { table, maxAttempts, retryAfter } = resolveInbox(options);
  const name = quoteTable(table, '`');
  const columns = `cast(\`key\` as char) as \`key\`, cast(fingerprint as char) as fingerprint, cast(notice as char) as notice, attempts, reason`;
  const run = async <R>(sql: string, values: unknown[]): Promise<R> => {
    try {
      return (await db.query(sql, values))[0] as R;
    } catch (error) {
      throw failed(error, table);
    }
  };
  return {
    async put(tx, { key, fingerprint, notice }) {
      const insert = `insert into ${name} (\`key\`, fingerprint, notice) values (?, ?, ?)`;
      const values = [key, fingerprint, JSON.stringify(notice)].map((text) => Buffer.from(text));
      await tx.execute(insert, values).catch((error: unknown) => {
        throw failed(error, table);
      });
    },
    async take(limit) {
      // MySQL cannot return the rows it updates: they are marked, then read
      const mark = randomUUID();
      const { affectedRows } = await run<{ affectedRows: number }>(
        `update ${name} set mark = ?, due_at = now() + interval least(3600, ? * pow(2, attempts)) second, attempts = attempts + 1
         where due_at <= now() and attempts < ? order by due_at limit ?`,
        [mark, retryAfter, maxAttempts, limit],
      );
      if (affectedRows === 0) return [];
      return (await run<InboxRow[]>(`select ${columns} from ${name} where mark = ? order by stored_at`, [mark])).map(
        entryOf,
      );
    },
    async done(key) {
      await run(`delete from ${name} where \`key\` = ?`, [Buffer.from(key)]);
    },
    async failed({ key, attempt }, reason) {
      await run(`update ${name} set reason = ? where \`key\` = ?`, [shortened(reason), Buffer.from(key)]);
      return attempt >= maxAttempts;
    },
    async dead() {
      const sql = `select ${columns} from ${name} where attempts >= ? and due_at <= now() order by stored_at`;
      return (await run<InboxRow[]>(sql, [maxAttempts])).map(deadOf);
    },
    async retry(key) {
      const sql = `update ${name} set attempts = 0, due_at = now() where \`key\` = ? and attempts >= ? and due_at <= now()`;
      return (await run<{ affectedRows: number }>(sql, [Buffer.from(key), maxAttempts])).affectedRows > 0;
    },
  };
}

/**
 * The table as SQL, for migration tools: one statement, safe to repeat.
 *
 * @throws TypeError for a wrong name
 */
export const inboxTableSql = (table = 'koa_wxpay_inbox'): string =>
  `create table if not exists ${quoteTable(table, '`')} (\`key\` varbinary(255) primary key, fingerprint varbinary(255) not null, notice longblob not null, attempts int not null default 0, due_at timestamp not null default current_timestamp, mark char(36), reason varchar(500) character set utf8mb4, stored_at timestamp not null default current_timestamp, index (due_at), index (mark)) engine = InnoDB;`;

/** Makes the table unless it is there; safe to call at every start, on many machines at once. */
export async function createInboxTable(db: MysqlInboxDatabase, { table }: { table?: string } = {}): Promise<void> {
  await db.query(inboxTableSql(table));
}

const failed = (error: unknown, table: string) =>
  storeFailed(
    'MySQL',
    (error as { errno?: unknown })?.errno === NO_SUCH_TABLE
      ? `${reasonOf(error)}; create the table with: ${inboxTableSql(table)}`
      : reasonOf(error),
    error,
  );
