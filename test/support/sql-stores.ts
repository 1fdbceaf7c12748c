import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe } from '@jest/globals';
import type { Once } from 'koa-wxpay';
import type { Pool } from 'mysql2/promise';
import type pg from 'pg';
import * as mysql from '../../src/mysql/index.js';
import * as postgres from '../../src/postgres/index.js';
import { MARIADB, type PrivateMariadb, startMariadb } from './mariadb.js';
import { describeWith } from './needs.js';
import { POSTGRES, type PrivatePostgres, startPostgres } from './postgres.js';

/** The transaction of any SQL store, as a test writes in it. */
export interface AnyTx {
  query(text: unknown, ...rest: unknown[]): Promise<unknown>;
  execute?(text: unknown, ...rest: unknown[]): Promise<unknown>;
}

/** One SQL database with the tables of the package and `effects (name)`. */
export interface SqlStore {
  once: Once<AnyTx>;
  inbox: never;
  /** A statement on the pool, outside every transaction. */
  outside(text: string): Promise<unknown>;
  /** How many rows of that name are committed. */
  effects(name: string): Promise<number>;
}

/** Declares the suite for PGlite, a PostgreSQL pool, a wrapper around one, and a MariaDB pool. */
export function describeSqlStores(name: string, suite: (store: () => SqlStore) => void): void {
  describe(`${name} (PGlite)`, () => {
    let db: PGlite;
    beforeAll(async () => {
      db = new PGlite();
      await tables(db);
    });
    afterAll(() => db?.close());
    suite(() => ofPostgres(db, postgres.postgresOnce(db)));
  });

  describeWith(POSTGRES, `${name} (PostgreSQL)`, () => {
    let server: PrivatePostgres;
    let pool: pg.Pool;
    beforeAll(async () => {
      server = await startPostgres();
      pool = server.pool();
      await tables(pool);
    });
    afterAll(async () => {
      await pool?.end();
      await server?.stop();
    });
    describe('on its pool', () => suite(() => ofPostgres(pool, postgres.postgresOnce(pool))));
    describe('on a wrapper around its pool', () => suite(() => ofPostgres(pool, postgres.postgresOnce(wrapped(pool)))));
  });

  describeWith(MARIADB, `${name} (MariaDB)`, () => {
    let server: PrivateMariadb;
    let pool: Pool;
    beforeAll(async () => {
      server = await startMariadb();
      pool = server.pool();
      await mysql.createTable(pool);
      await mysql.createInboxTable(pool);
      await pool.query('create table effects (name varchar(190) not null) engine = InnoDB');
    });
    afterAll(async () => {
      await pool?.end();
      await server?.stop();
    });
    suite(() => ({
      once: mysql.mysqlOnce(pool) as Once<never>,
      inbox: mysql.mysqlInbox(pool) as never,
      outside: (text) => pool.query(text),
      effects: async (name) =>
        ((await pool.query('select 1 from effects where name = ?', [name]))[0] as unknown[]).length,
    }));
  });
}

type Sql = { query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> };

const ofPostgres = (db: Sql, once: Once<postgres.PgTx>): SqlStore => ({
  once: once as Once<never>,
  inbox: postgres.postgresInbox(db) as never,
  outside: (text) => db.query(text),
  effects: async (name) => (await db.query('select 1 from effects where name = $1', [name])).rows.length,
});

async function tables(db: Sql): Promise<void> {
  await postgres.createTable(db);
  await postgres.createInboxTable(db);
  await db.query('create table effects (name text not null)');
}

/** As a pool that measures its queries looks: it hands out objects of its own. */
const wrapped = (pool: pg.Pool): postgres.PgPool => ({
  async connect() {
    const client = await pool.connect();
    return {
      query: async (text, values) => client.query(text, values),
      release: (destroy) => client.release(destroy),
    };
  },
});
