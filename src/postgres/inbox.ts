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
import { HOUR } from '../util/clock.js';
import { readOptions } from '../util/options.js';
import { createTables } from './create-tables.js';
import { explainFailure } from './errors.js';
import { onClient, type PgPool } from './transaction.js';
import type { PgTx } from './tx.js';

/** What `postgresInbox` and `createInboxTable` need of a pool of `pg` or of PGlite. */
export interface PgInboxDatabase {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

const ROW = 'key, fingerprint, notice, attempts, reason';
/** Milliseconds between two tries at most. */
const LONGEST_WAIT = HOUR;

/**
 * An inbox in the host's own PostgreSQL, for `postgresOnce` on the same database. The table is
 * created by {@link createInboxTable}, or from {@link inboxTableSql}.
 *
 * @param db a pool of `pg`, or PGlite
 * @throws {TypeError} for a wrong option
 * @throws {WxpayError} `ERR_WXPAY_STORE_FAILED` from its methods, when the database failed
 * @example
 * const settlement = createSettlement({
 *   wxpay,
 *   findOrder,
 *   once: postgresOnce(pool),
 *   inbox: postgresInbox(pool),
 *   fulfil,
 * });
 */
export function postgresInbox(db: PgInboxDatabase, options: InboxOptions = {}): Inbox<PgTx> {
  const { table, maxAttempts, retryAfter } = resolveInbox(options);
  const name = quoteTable(table, '"');
  const run = async (text: string, values: unknown[]): Promise<unknown[]> => {
    try {
      const { rows } = await (isPool(db) ? onClient(db, text, values) : db.query(text, values));
      return rows;
    } catch (error) {
      throw failed(error, table);
    }
  };
  return {
    async put(tx, { key, fingerprint, notice }) {
      const insert = `insert into ${name} (key, fingerprint, notice) values ($1, $2, $3)`;
      await tx.query(insert, [key, fingerprint, JSON.stringify(notice)]).catch((error: unknown) => {
        throw failed(error, table);
      });
    },
    async take(limit) {
      const rows = await run(
        `update ${name}
            set attempts = attempts + 1,
                due_at = now() + interval '1 millisecond' * least(${LONGEST_WAIT}, $3 * power(2, least(attempts, 12)))
          where key in (
            select key
              from ${name}
             where due_at <= now() and attempts < $2
             order by due_at
             limit $1
               for update skip locked
          )
         returning ${ROW}`,
        [limit, maxAttempts, retryAfter],
      );
      return (rows as InboxRow[]).map(entryOf);
    },
    async done(key) {
      await run(`delete from ${name} where key = $1`, [key]);
    },
    async failed({ key, attempt }, reason) {
      const last = await run(
        `update ${name}
            set reason = $2, reported = true, due_at = now()
          where key = $1 and attempts >= $3 and attempts = $4 and not reported
         returning key`,
        [key, shortened(reason), maxAttempts, attempt],
      );
      if (last.length === 0) {
        await run(`update ${name} set reason = $2 where key = $1`, [key, shortened(reason)]);
      }
      return last.length > 0;
    },
    async putBack({ key, attempt }) {
      await run(`update ${name} set attempts = attempts - 1 where key = $1 and attempts = $2`, [key, attempt]);
    },
    async abandoned() {
      const rows = await run(
        `update ${name}
            set reported = true, reason = coalesce(reason, $2)
          where attempts >= $1 and due_at <= now() and not reported
         returning ${ROW}`,
        [maxAttempts, ABANDONED],
      );
      return (rows as InboxRow[]).map(deadOf);
    },
    async dead() {
      const rows = await run(
        `select ${ROW}
           from ${name}
          where attempts >= $1 and due_at <= now()
          order by stored_at`,
        [maxAttempts],
      );
      return (rows as InboxRow[]).map(deadOf);
    },
    async retry(key) {
      const rows = await run(
        `update ${name}
            set attempts = 0, due_at = now(), reported = false
          where key = $1 and attempts >= $2 and due_at <= now()
         returning key`,
        [key, maxAttempts],
      );
      return rows.length > 0;
    },
  };
}

const isPool = (db: object): db is PgPool => typeof (db as Partial<PgPool>).connect === 'function';

/**
 * Returns the SQL of the table, for migration tools: two statements that are safe to repeat.
 *
 * @param table
 *
 * @default 'koa_wxpay_inbox'
 * @throws {TypeError} for a malformed name
 * @example
 * writeFileSync('migrations/0007-wxpay-inbox.sql', inboxTableSql());
 */
export const inboxTableSql = (table?: string): string =>
  statements(table)
    .map((statement) => `${statement};`)
    .join('\n');

function statements(table = 'koa_wxpay_inbox'): string[] {
  const name = quoteTable(table, '"');
  return [
    `create table if not exists ${name} (
  key text collate "C" primary key,
  fingerprint text not null,
  notice text not null,
  attempts integer not null default 0,
  due_at timestamptz not null default now(),
  reason text,
  reported boolean not null default false,
  stored_at timestamptz not null default now()
)`,
    `create index if not exists "${table.split('.').at(-1)}_due_at" on ${name} (due_at)`,
  ];
}

/**
 * Creates the table of {@link postgresInbox} unless it exists. It is safe to call at every start,
 * on many machines at once.
 *
 * @throws {TypeError} for a malformed name
 * @example
 * await createInboxTable(pool);
 */
export async function createInboxTable(db: PgInboxDatabase, options: { table?: string } = {}): Promise<void> {
  const { table } = readOptions('createInboxTable', options, { table: INBOX_TABLE });
  await createTables(db, statements(table));
}

const failed = (error: unknown, table: string) =>
  storeFailed('PostgreSQL', explainFailure(error, inboxTableSql(table)), error);
