/** What `mysqlOnce` and `mysqlInbox` need of a pool of `mysql2/promise`. */
export interface MysqlPool {
  getConnection(): Promise<MysqlPoolConnection>;
}

/** What they need of a connection that a pool of `mysql2/promise` hands out. */
export interface MysqlPoolConnection {
  query(sql: string, values?: unknown[]): Promise<[unknown, unknown]>;
  // biome-ignore lint/suspicious/noExplicitAny: mysql2 names the types a prepared statement can take
  execute(sql: string, values?: any[]): Promise<[unknown, unknown]>;
  release(): void;
  destroy(): void;
  on?(event: 'error', listener: (error: Error) => void): unknown;
  removeListener?(event: 'error', listener: (error: Error) => void): unknown;
}
