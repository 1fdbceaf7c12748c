/** `koa-wxpay/postgres`: for pools of `pg` and for PGlite. */

export { createInboxTable, inboxTableSql, type PgInboxDatabase, postgresInbox } from './inbox.js';
export { type PostgresOnceOptions, postgresOnce } from './once.js';
export type { PgliteDatabase, PgliteTransaction } from './pglite.js';
export { createTable, type PgDatabase, prune, tableSql } from './table.js';
export type { PgAnswer, PgPool, PgPoolClient } from './transaction.js';
export type { PgTx } from './tx.js';
