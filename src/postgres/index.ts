/** `koa-wxpay/postgres`: for `pg` pools and PGlite. */

export { createInboxTable, inboxTableSql, type PgInboxDatabase, postgresInbox } from './inbox.js';
export {
  type PgAnswer,
  type PgliteDatabase,
  type PgliteTransaction,
  type PgPool,
  type PgPoolClient,
  type PgTx,
  type PostgresOnceOptions,
  postgresOnce,
} from './once.js';
export { createTable, type PgDatabase, prune, tableSql } from './table.js';
