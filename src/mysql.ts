/** `koa-wxpay/mysql`: for `mysql2` pools (MySQL, MariaDB). */

export { createInboxTable, inboxTableSql, mysqlInbox } from './inbox/mysql.js';
export {
  createTable,
  type MysqlOnceOptions,
  type MysqlPool,
  type MysqlPoolConnection,
  type MysqlTx,
  mysqlOnce,
  prune,
  tableSql,
} from './once/mysql.js';
