/** `koa-wxpay/postgres`: for `pg` pools and PGlite. */

export { createInboxTable, inboxTableSql, type PgInboxDatabase, postgresInbox } from './inbox/postgres.js';
export {
  createTable,
  type PgAnswer,
  type PgDatabase,
  type PgliteDatabase,
  type PgliteTransaction,
  type PgPool,
  type PgPoolClient,
  type PgTx,
  type PostgresOnceOptions,
  postgresOnce,
  prune,
  tableSql,
} from './once/postgres.js';
