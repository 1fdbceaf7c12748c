/** `koa-wxpay/mysql`: for `mysql2` pools (MySQL, MariaDB). */

export { createInboxTable, inboxTableSql, mysqlInbox } from './inbox/mysql.js';
export {
  type MysqlOnceOptions,
  type MysqlPool,
  type MysqlPoolConnection,
  type MysqlTx,
  mysqlOnce,
} from './once/mysql.js';
export { createTable, prune, tableSql } from './once/mysql-table.js';
