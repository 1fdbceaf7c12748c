/** `koa-wxpay/postgres`: for `pg` pools and PGlite. */

export { createInboxTable, inboxTableSql, type PgInboxDatabase, postgresInbox } from './inbox/postgres.js';
export {
  type PgAnswer,
  type PgliteDatabase,
  type PgliteTransaction,
  type PgPool,
  type PgPoolClient,
  type PgTx,
  type PostgresOnceOptions,
  postgresOnce,
} from './once/postgres.js';
export { createTable, type PgDatabase, prune, tableSql } from './once/postgres-table.js';
