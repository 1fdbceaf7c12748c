/** `koa-wxpay/mysql`: for `mysql2` pools (MySQL, MariaDB). */

export { createInboxTable, inboxTableSql, mysqlInbox } from './inbox.js';
export {
  type MysqlOnceOptions,
  type MysqlPool,
  type MysqlPoolConnection,
  type MysqlTx,
  mysqlOnce,
} from './once.js';
export { createTable, prune, tableSql } from './table.js';
