import { createPool, type Pool, type PoolOptions } from 'mysql2/promise';
import { binary } from './binaries.js';
import { Account, freePort, PrivateServer } from './server.js';

/** The programs `describeWith` asks for. */
export const MARIADB = ['mariadb-install-db', 'mariadbd'];

export interface PrivateMariadb extends PrivateServer {
  readonly uri: string;
  /** A pool on the database `shop`. */
  pool(options?: PoolOptions): Pool;
}

/** A MariaDB of our own (a killed process loses nothing, a killed machine would). */
export async function startMariadb(settings: Record<string, string | number> = {}): Promise<PrivateMariadb> {
  const account = new Account('mysql');
  const folder = account.folder('koa-wxpay-mariadb-');
  const port = await freePort();
  const data = `${folder}/data`;
  account.run(binary('mariadb-install-db'), [
    '--no-defaults',
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
  ]);

  const chosen = {
    datadir: data,
    port,
    'bind-address': '127.0.0.1',
    socket: `${folder}/mariadb.sock`,
    'pid-file': `${folder}/mariadb.pid`,
    'innodb-flush-log-at-trx-commit': 2,
    'innodb-buffer-pool-size': '64M',
    'skip-name-resolve': 'ON',
    'max-connections': 300,
  };
  const login = { host: '127.0.0.1', port, user: 'root' };
  const server = new PrivateServer({
    port,
    folder,
    command: account.command(binary('mariadbd'), [
      '--no-defaults',
      ...Object.entries({ ...chosen, ...settings }).map(([name, value]) => `--${name}=${value}`),
    ]),
    async isReady() {
      const pool = createPool({ ...login, connectionLimit: 1 });
      try {
        await pool.query('create database if not exists shop');
      } finally {
        await pool.end();
      }
    },
  });
  await server.start();
  return Object.assign(server, {
    uri: `mysql://root@127.0.0.1:${port}/shop`,
    pool: (options: PoolOptions = {}) => createPool({ ...login, database: 'shop', ...options }),
  });
}
