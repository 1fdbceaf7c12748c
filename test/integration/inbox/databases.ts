import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, beforeEach, describe } from '@jest/globals';
import {
  createSettlement,
  type Fulfil,
  type Inbox,
  type InboxSettlement,
  type Once,
  type SettlementOptions,
} from 'koa-wxpay';
import type { Pool, PoolOptions } from 'mysql2/promise';
import type pg from 'pg';
import * as mysql from '../../../src/mysql/index.js';
import * as postgres from '../../../src/postgres/index.js';
import { MARIADB, type PrivateMariadb, startMariadb } from '../../support/mariadb.js';
import { describeWith } from '../../support/needs.js';
import { POSTGRES, type PrivatePostgres, startPostgres } from '../../support/postgres.js';
import { redelivering } from '../../support/redelivering.js';
import { merchantV2, notice, notifyShop, order } from '../../support/shop.js';

/** One database with the tables of the package and `effects (out_trade_no)`. */
export interface Database {
  once: Once<never>;
  inbox(options?: { maxAttempts?: number; retryAfter?: number }): Inbox<never>;
  /** Lets the scheduled tries fall due now, by the server's clock. */
  due(): Promise<unknown>;
  empty(): Promise<unknown>;
  /** As if each had been tried so often. */
  tried(attempts: number): Promise<unknown>;
  /** The effect, in the transaction; unique by number. */
  effect(tx: never, out_trade_no: string): Promise<unknown>;
  effects(): Promise<number>;
  /** The inbox without its table. */
  missing(): Inbox<never>;
}

/** What the cases work with: the database, and a settlement and a shop on it. */
export interface Bench {
  db: Database;
  settlementOf(
    fulfil: Fulfil<never>,
    inbox?: Inbox<never>,
    changes?: Partial<SettlementOptions<never>>,
  ): InboxSettlement;
  /** A handler that writes the effect of a payment. */
  paid: Fulfil<never>;
  /** Sends copies of one notification to a shop with this settlement; resolves to how each was answered. */
  posting(settlement: InboxSettlement, copies?: number): Promise<number[]>;
}

export const paymentOf = (out_trade_no: string) => ({
  appid: 'wx0123456789abcdef',
  mchid: '1900000109',
  out_trade_no,
  trade_state: 'SUCCESS' as const,
  transaction_id: '4200001234202601011234567890',
  amount: { total: 1990, currency: 'CNY' },
});

/** Declares the suite for PGlite, for PostgreSQL, and for two pools of MariaDB. */
export function describeInboxes(name: string, suite: (bench: Bench) => void): void {
  const benched = (database: () => Database): void => {
    const bench = benchOf();
    beforeEach(async () => {
      bench.db = database();
      await bench.db.empty();
    });
    suite(bench);
  };

  describe(`${name} (PGlite)`, () => {
    let db: PGlite;
    beforeAll(async () => {
      db = new PGlite();
      await tables(db);
    });
    afterAll(() => db.close());
    benched(() => onPostgres(db, postgres.postgresOnce(db)));
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
    benched(() => onPostgres(pool, postgres.postgresOnce(pool)));
  });

  describe.each(MYSQL_POOLS)(`${name} (%s)`, (_, settings, options) => {
    describeWith(MARIADB, 'in use', () => {
      let server: PrivateMariadb;
      let pool: Pool;
      beforeAll(async () => {
        server = await startMariadb(settings);
        pool = server.pool(options);
        await mysql.createTable(pool);
        await mysql.createInboxTable(pool);
        await pool.query('create table effects (out_trade_no varchar(64) primary key) engine = InnoDB');
      });
      afterAll(async () => {
        await pool?.end();
        await server?.stop();
      });
      benched(() => onMysql(pool));
    });
  });
}

function benchOf(): Bench {
  const bench: Bench = {
    db: undefined as never,
    settlementOf: (fulfil, inbox = bench.db.inbox(), changes = {}) =>
      createSettlement<never>({
        wxpay: merchantV2(),
        findOrder: async (out_trade_no) => order({ out_trade_no }),
        once: redelivering(bench.db.once),
        inbox,
        fulfil,
        ...changes,
      }),
    paid: async (notice, { tx }) => {
      if (notice.type === 'payment.success') await bench.db.effect(tx, notice.payment.out_trade_no);
    },
    async posting(settlement, copies = 1) {
      const shop = await notifyShop(settlement as never, { handler: () => {} });
      try {
        const answers = Array.from({ length: copies }, () => shop.post(notice()));
        return (await Promise.all(answers)).map(({ status }) => status);
      } finally {
        await shop.close();
      }
    },
  };
  return bench;
}

type Sql = { query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> };

const onPostgres = (db: Sql, once: Once<postgres.PgTx>): Database => ({
  once: once as never,
  inbox: (options) => postgres.postgresInbox(db, options) as never,
  due: () => db.query('update koa_wxpay_inbox set due_at = now()'),
  tried: (attempts) => db.query('update koa_wxpay_inbox set attempts = $1', [attempts]),
  empty: async () => {
    for (const table of ['koa_wxpay_inbox', 'koa_wxpay_once', 'effects']) await db.query(`delete from ${table}`);
  },
  effect: (tx, out_trade_no) => (tx as postgres.PgTx).query('insert into effects values ($1)', [out_trade_no]),
  effects: async () => (await db.query('select 1 from effects')).rows.length,
  missing: () => postgres.postgresInbox(db, { table: 'elsewhere' }) as never,
});

const tables = async (db: Sql): Promise<void> => {
  await postgres.createTable(db);
  await postgres.createInboxTable(db);
  await db.query('create table effects (out_trade_no text primary key)');
};

const MYSQL_POOLS: [string, Record<string, string | number>, PoolOptions][] = [
  ['MariaDB', {}, {}],
  [
    'MariaDB that commits nothing by itself and escapes otherwise',
    { autocommit: 0, 'sql-mode': 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES' },
    { charset: 'gbk', rowsAsArray: true, typeCast: (field) => field.string() },
  ],
];

const onMysql = (pool: Pool): Database => {
  async function committed(sql: string) {
    const connection = await pool.getConnection();
    try {
      const answer = await connection.query(sql);
      await connection.query('commit');
      return answer;
    } finally {
      connection.release();
    }
  }
  return {
    once: mysql.mysqlOnce(pool) as never,
    inbox: (options) => mysql.mysqlInbox(pool, options) as never,
    due: () => committed('update koa_wxpay_inbox set due_at = now() - interval 1 second'),
    tried: (attempts) => committed(`update koa_wxpay_inbox set attempts = ${attempts}`),
    empty: async () => {
      for (const table of ['koa_wxpay_inbox', 'koa_wxpay_once', 'effects']) await committed(`delete from ${table}`);
    },
    effect: (tx, out_trade_no) => (tx as mysql.MysqlTx).query('insert into effects values (?)', [out_trade_no]),
    effects: async () => ((await committed('select 1 from effects'))[0] as unknown[]).length,
    missing: () => mysql.mysqlInbox(pool, { table: 'elsewhere' }) as never,
  };
};
