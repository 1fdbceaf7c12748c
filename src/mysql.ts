/** `koa-wxpay/mysql`: for `mysql2` pools (MySQL, MariaDB). */

export {
  createTable,
  type MysqlDatabase,
  type MysqlOnceOptions,
  type MysqlPool,
  type MysqlPoolConnection,
  type MysqlTx,
  mysqlOnce,
  prune,
  tableSql,
} from './once/mysql.js';
