import { MARIADB, type PrivateMariadb, startMariadb } from '../support/mariadb.js';
import { POSTGRES, type PrivatePostgres, startPostgres } from '../support/postgres.js';
import { REDIS, startRedis } from '../support/redis.js';
import type { PrivateServer } from '../support/server.js';
import { type DurableStore, MERCHANT, type ShopConfig, type TutorialStore } from './config.js';
import { type Ledger, mariadbLedger, postgresLedger } from './ledger.js';

/** The programs each database server needs. */
export const PROGRAMS: Record<DurableStore, string[]> = { postgres: POSTGRES, mariadb: MARIADB, redis: REDIS };

/** The private database servers of one run, each started when it is first needed. */
export interface World {
  server(store: DurableStore): Promise<PrivateServer>;
  /** Where the effects of shops on this store are written. */
  ledger(store: DurableStore | TutorialStore): Promise<Ledger>;
  config(store: DurableStore | TutorialStore, changes?: Partial<ShopConfig>): Promise<ShopConfig>;
  close(): Promise<void>;
}

export function createWorld(): World {
  const closing: (() => Promise<unknown>)[] = [];
  const kept = <T extends PrivateServer>(starting: Promise<T>): Promise<T> =>
    starting.then((server) => {
      closing.push(() => server.stop());
      return server;
    });
  const postgres = lazy(async () => {
    const server: PrivatePostgres = await kept(startPostgres());
    const ledger = await postgresLedger(server);
    closing.push(() => ledger.end());
    return { server, ledger };
  });
  const mariadb = lazy(async () => {
    const server: PrivateMariadb = await kept(startMariadb());
    const ledger = await mariadbLedger(server);
    closing.push(() => ledger.end());
    return { server, ledger };
  });
  const redis = lazy(async () => ({ server: await kept(startRedis()) }));

  return {
    server: async (store) => (await { postgres, mariadb, redis }[store]()).server,
    ledger: async (store) => (await (store === 'mariadb' ? mariadb() : postgres())).ledger,
    async config(store, changes = {}) {
      const urls = {
        postgres: store === 'mariadb' ? '' : (await postgres()).server.connectionString,
        mariadb: store === 'mariadb' ? (await mariadb()).server.uri : '',
        redis: store === 'redis' ? (await redis()).server.url : '',
      };
      return { store, ...urls, merchant: MERCHANT, ...changes };
    },
    async close() {
      for (const close of closing.reverse()) await close().catch(() => {});
    },
  };
}

function lazy<T>(start: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined;
  return () => {
    started ??= start();
    return started;
  };
}
