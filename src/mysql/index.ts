/** `koa-wxpay/mysql`: for pools of `mysql2` (MySQL and MariaDB). */

export { createInboxTable, inboxTableSql, mysqlInbox } from './inbox.js';
export { type MysqlOnceOptions, mysqlOnce } from './once.js';
export type { MysqlPool, MysqlPoolConnection } from './pool.js';
export { createTable, prune, tableSql } from './table.js';
export type { MysqlTx } from './tx.js';
