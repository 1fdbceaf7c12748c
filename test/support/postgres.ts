import pg from 'pg';
import { binary } from './binaries.js';
import { Account, freePort, PrivateServer } from './server.js';

/** The programs `describeWith` asks for. */
export const POSTGRES = ['initdb', 'postgres'];

export interface PrivatePostgres extends PrivateServer {
  readonly connectionString: string;
  /** A pool that survives its server; `max` and the rest as in `pg`. */
  pool(options?: pg.PoolConfig): pg.Pool;
}

/** A PostgreSQL of our own: durable only as far as a test needs it (a killed process loses nothing, a killed machine would). */
export async function startPostgres(settings: Record<string, string | number> = {}): Promise<PrivatePostgres> {
  const account = new Account('postgres');
  const folder = account.folder('koa-wxpay-postgres-');
  const port = await freePort();
  const data = `${folder}/data`;
  account.run(binary('initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']);

  const connectionString = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const chosen = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    fsync: 'off',
    max_connections: 200,
  };
  const server = new PrivateServer({
    port,
    folder,
    command: account.command(binary('postgres'), [
      '-D',
      data,
      ...Object.entries({ ...chosen, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ]),
    async isReady() {
      const client = new pg.Client({ connectionString });
      client.on('error', () => {});
      await client.connect();
      await client.end();
    },
  });
  await server.start();
  return Object.assign(server, {
    connectionString,
    pool(options: pg.PoolConfig = {}) {
      const pool = new pg.Pool({ connectionString, ...options });
      pool.on('error', () => {});
      return pool;
    },
  });
}
