import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  createSettlement,
  createWorker,
  type Fulfil,
  type Inbox,
  type InboxEntry,
  memoryOnce,
  type Once,
  type Order,
  type SettlementOptions,
  wxNotify,
} from 'koa-wxpay';
import type { Pool, PoolOptions } from 'mysql2/promise';
import type pg from 'pg';
import * as mysql from '../../src/mysql/index.js';
import * as postgres from '../../src/postgres/index.js';
import { MARIADB, type PrivateMariadb, startMariadb } from '../support/mariadb.js';
import { describeWith } from '../support/needs.js';
import { POSTGRES, type PrivatePostgres, startPostgres } from '../support/postgres.js';
import { startProxy } from '../support/proxy.js';
import { readNotice } from '../support/read-notice.js';
import { redelivering } from '../support/redelivering.js';
import { merchantV2, notice, notifyShop, order, type TestShop } from '../support/shop.js';

/** One database, as this suite sees it. */
interface Database {
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

function suite(database: () => Database): void {
  let db: Database;
  let shop: TestShop;
  beforeEach(async () => {
    db = database();
    await db.empty();
  });

  const settlementOf = (fulfil: Fulfil<never>, inbox = db.inbox(), changes: Partial<SettlementOptions<never>> = {}) =>
    createSettlement<never>({
      wxpay: merchantV2(),
      findOrder: async (out_trade_no) => order({ out_trade_no }),
      once: redelivering(db.once),
      inbox,
      fulfil,
      ...changes,
    });

  const paid: Fulfil<never> = async (notice, { tx }) => {
    if (notice.type === 'payment.success') await db.effect(tx, notice.payment.out_trade_no);
  };

  const posting = async (settlement: ReturnType<typeof settlementOf>, copies = 1): Promise<number[]> => {
    shop = await notifyShop(settlement as never, { handler: () => {} });
    try {
      return (await Promise.all(Array.from({ length: copies }, () => shop.post(notice())))).map(({ status }) => status);
    } finally {
      await shop.close();
    }
  };

  test('a notice is acknowledged once it is stored, and fulfilled once by the worker', async () => {
    let runs = 0;
    const settlement = settlementOf(async (notice, given) => {
      runs++;
      await paid(notice, given);
    });
    expect(await posting(settlement)).toEqual([200]);
    expect([runs, await db.effects()]).toEqual([0, 0]);
    expect(await settlement.processInbox()).toBe(1);
    expect(await settlement.processInbox()).toBe(0);
    expect([runs, await db.effects()]).toEqual([1, 1]);
  });

  test('many copies store one entry', async () => {
    const settlement = settlementOf(paid);
    const statuses = await posting(settlement, 16);
    expect(statuses).toContain(200);
    expect(await posting(settlement)).toEqual([200]);
    expect(await settlement.processInbox()).toBe(1);
    expect(await db.effects()).toBe(1);
  });

  test('the worker gets the very notice that was verified', async () => {
    let seen: unknown;
    const settlement = settlementOf(async (notice) => {
      seen = notice;
    });
    await posting(settlement);
    await settlement.processInbox();
    const direct = await readNotice(merchantV2(), Buffer.from(notice().body), {});
    expect(seen).toEqual(direct);
  });

  test('what fails leaves no effect and is tried again when its time has come, then forgotten', async () => {
    let tries = 0;
    const errors: unknown[] = [];
    const settlement = settlementOf(async (notice, given) => {
      await paid(notice, given);
      if (++tries < 3) throw new Error(`coupon service down ${tries}`);
    });
    const onError = (error: unknown) => errors.push(error);
    await posting(settlement);
    expect(await settlement.processInbox({ onError })).toBe(1);
    expect(await db.effects()).toBe(0);
    expect(await settlement.processInbox({ onError })).toBe(0);
    await db.due();
    await settlement.processInbox({ onError });
    await db.due();
    expect(await settlement.processInbox({ onError })).toBe(1);
    expect([tries, errors.length, await db.effects()]).toEqual([3, 2, 1]);
    expect(errors[0]).toMatchObject({ code: 'ERR_WXPAY_HANDLER_FAILED', cause: { message: 'coupon service down 1' } });
    await db.due();
    expect(await settlement.processInbox()).toBe(0);
  });

  test('what fails too often is a dead letter with its reason, until somebody asks for it again', async () => {
    const inbox = db.inbox({ maxAttempts: 2 });
    let broken = true;
    const settlement = settlementOf(async (notice, given) => {
      if (broken) throw new Error('no such goods');
      await paid(notice, given);
    }, inbox);
    await posting(settlement);
    await settlement.processInbox();
    expect(await inbox.dead()).toEqual([]);
    await db.due();
    await settlement.processInbox();
    await db.due();
    expect(await settlement.processInbox()).toBe(0);
    const [letter] = await inbox.dead();
    expect(letter).toMatchObject({
      key: 'payment:1900000109:SHOP00A17',
      attempt: 2,
      reason: 'no such goods',
      notice: { type: 'payment.success' },
    });
    broken = false;
    expect(await inbox.retry('payment:1900000109:NOBODY')).toBe(false);
    expect(await inbox.retry(letter?.key as string)).toBe(true);
    expect(await settlement.processInbox()).toBe(1);
    expect(await db.effects()).toBe(1);
    expect(await inbox.dead()).toEqual([]);
  });

  test('an order that became another while its notice waited is not fulfilled: the host is told', async () => {
    const seen: string[] = [];
    let state: Order['state'] = 'pending';
    const told: (string | undefined)[] = [undefined, 'ack'];
    const settlement = settlementOf(paid, db.inbox(), {
      findOrder: async (out_trade_no) => order({ out_trade_no, ...(state && { state }) }),
      onAnomaly: ({ code }) => {
        seen.push(code);
        return told.shift() as 'ack' | undefined;
      },
    });
    expect(await posting(settlement)).toEqual([200]);
    state = 'closed';
    await settlement.processInbox();
    expect([seen, await db.effects()]).toEqual([['order_closed'], 0]);
    await db.due();
    await settlement.processInbox();
    await db.due();
    expect([seen.length, await settlement.processInbox(), await db.effects()]).toEqual([2, 0, 0]);
  });

  test('a try that fails while the last one is under way is not the end', async () => {
    const inbox = db.inbox({ maxAttempts: 2 });
    await posting(settlementOf(paid, inbox));
    const [first] = await inbox.take(1);
    expect(await inbox.failed(first as InboxEntry, 'slow')).toBe(false);
    await db.due();
    const [last] = await inbox.take(1);
    // the last one is at it, and may succeed
    expect(await inbox.failed(first as InboxEntry, 'slower')).toBe(false);
    expect(await inbox.dead()).toEqual([]);
    expect(await inbox.failed(last as InboxEntry, 'no')).toBe(true);
    expect(await inbox.failed(first as InboxEntry, 'slowest')).toBe(false);
    expect(await inbox.abandoned()).toEqual([]);
  });

  test('an entry that is dead is told of at once, and can be tried again in that moment', async () => {
    const inbox = db.inbox({ maxAttempts: 1 });
    let broken = true;
    const settlement = settlementOf(async (notice, given) => {
      if (broken) throw new Error('no such goods');
      await paid(notice, given);
    }, inbox);
    await posting(settlement);
    const retried = new Promise((resolve) => {
      settlement.processInbox({ onDead: ({ key }) => resolve(inbox.retry(key)) });
    });
    expect(await retried).toBe(true);
    broken = false;
    expect(await settlement.processInbox()).toBe(1);
    expect(await db.effects()).toBe(1);
  });

  test('one whose process died in its last try is told of when its time is over, once', async () => {
    const inbox = db.inbox({ maxAttempts: 1 });
    const settlement = settlementOf(paid, inbox);
    await posting(settlement);
    await inbox.take(1);
    const dead: unknown[] = [];
    const onDead = (entry: InboxEntry) => dead.push(entry);
    await settlement.processInbox({ onDead });
    expect(dead).toEqual([]);
    await db.due();
    await settlement.processInbox({ onDead });
    await settlement.processInbox({ onDead });
    const reason = 'the last try did not come to an end in time';
    expect(dead).toEqual([expect.objectContaining({ key: 'payment:1900000109:SHOP00A17', attempt: 1, reason })]);
    expect(await inbox.dead()).toHaveLength(1);
    // it was alive, and slow: nobody is told a second time
    expect(await inbox.failed(dead[0] as InboxEntry, 'too slow')).toBe(false);
    expect(await inbox.dead()).toEqual([expect.objectContaining({ reason: 'too slow' })]);
  });

  test('one that is abandoned is reported while other entries keep the inbox busy', async () => {
    const inbox = db.inbox({ maxAttempts: 1 });
    const settlement = settlementOf(paid, inbox);
    await posting(settlement);
    await inbox.take(1);
    await db.due();
    for (const number of ['SHOP0002', 'SHOP0003']) {
      await settlement.settle({ type: 'payment.success', raw: {}, payment: paymentOf(number) });
    }
    const dead: string[] = [];
    const onDead = ({ key }: InboxEntry) => dead.push(key);
    expect(await settlement.processInbox({ limit: 1, onDead })).toBe(1);
    expect(dead).toEqual(['payment:1900000109:SHOP00A17']);
    expect(await settlement.processInbox({ limit: 1, onDead })).toBe(1);
    expect([dead.length, await db.effects()]).toEqual([1, 2]);
  });

  test('a try that finds another one at it does not count', async () => {
    const inbox = db.inbox({ maxAttempts: 1 });
    let busy = true;
    const settlement = settlementOf(paid, inbox, {
      once: ((claim, work) =>
        busy && claim.key.startsWith('fulfil:') ? Promise.resolve('busy') : db.once(claim, work)) as Once<never>,
    });
    await posting(settlement);
    const dead: unknown[] = [];
    const onDead = (entry: InboxEntry) => dead.push(entry);
    expect(await settlement.processInbox({ onDead })).toBe(1);
    await db.due();
    expect(await settlement.processInbox({ onDead })).toBe(1);
    busy = false;
    await db.due();
    expect(await settlement.processInbox({ onDead })).toBe(1);
    expect([dead, await db.effects()]).toEqual([[], 1]);
  });

  test('however often one was tried, the others are handed out', async () => {
    const inbox = db.inbox({ maxAttempts: 100_000 });
    await posting(settlementOf(paid, inbox));
    await db.tried(5_000);
    expect(await inbox.take(1)).toEqual([expect.objectContaining({ attempt: 5_001 })]);
  });

  test('an order that says paid is no proof that its notice was fulfilled: a handler that failed is run again', async () => {
    let state: Order['state'] = 'pending';
    let runs = 0;
    const settlement = settlementOf(
      async (notice, given) => {
        // a handler of two steps, the first of them outside the transaction
        state = 'paid';
        if (++runs === 1) throw new Error('courier down');
        await paid(notice, given);
      },
      db.inbox(),
      {
        findOrder: async (out_trade_no) =>
          order({ out_trade_no, ...(state && { state }), transaction_id: '4200001234202601011234567890' }),
      },
    );
    await posting(settlement);
    await settlement.processInbox();
    await db.due();
    await settlement.processInbox();
    expect([runs, await db.effects(), await settlement.processInbox()]).toEqual([2, 1, 0]);
  });

  test('a reason may be any text', async () => {
    const inbox = db.inbox({ maxAttempts: 1 });
    await posting(settlementOf(paid, inbox));
    const [entry] = await inbox.take(1);
    const reason = `it's \\' "x", 订单 -- `;
    await inbox.failed(entry as InboxEntry, reason);
    await db.due();
    expect(await inbox.dead()).toEqual([expect.objectContaining({ reason, notice: entry?.notice })]);
  });

  test('a try is counted before it runs: an entry that kills its process dies in the end', async () => {
    const inbox = db.inbox({ maxAttempts: 2 });
    await posting(settlementOf(paid, inbox));
    for (const attempt of [1, 2]) {
      expect(await inbox.take(10)).toEqual([expect.objectContaining({ attempt })]);
      await db.due();
    }
    expect(await inbox.take(10)).toEqual([]);
    expect(await inbox.dead()).toHaveLength(1);
  });

  test('killed between the effect and its note: the next try finds it done', async () => {
    const inbox = db.inbox();
    let lost = true;
    const forgetful: Inbox<never> = {
      ...inbox,
      done: async (key) => (lost ? Promise.reject(new Error('killed')) : inbox.done(key)),
    };
    const settlement = settlementOf(paid, forgetful);
    await posting(settlement);
    await settlement.processInbox();
    lost = false;
    await db.due();
    expect(await settlement.processInbox()).toBe(1);
    expect(await db.effects()).toBe(1);
    await db.due();
    expect(await settlement.processInbox()).toBe(0);
  });

  test('two workers share the entries and fulfil each once', async () => {
    let seen = 0;
    let all = () => {};
    const finished = new Promise<void>((resolve) => (all = resolve));
    const settlement = settlementOf(async (notice, given) => {
      await paid(notice, given);
      if (++seen === 20) all();
    });
    for (let n = 0; n < 20; n++) {
      const payment = {
        type: 'payment.success' as const,
        raw: {},
        payment: paymentOf(`SHOP${String(n).padStart(4, '0')}`),
      };
      await settlementOf(paid).settle(payment);
    }
    const workers = [createWorker(settlement, { pollEvery: 10 }), createWorker(settlement, { pollEvery: 10 })];
    for (const worker of workers) worker.start();
    await finished;
    await Promise.all(workers.map((worker) => worker.stop()));
    expect([seen, await db.effects()]).toEqual([20, 20]);
  });

  test('a worker that is stopped and started at once goes on', async () => {
    let seen = () => {};
    const fulfilled = new Promise<void>((resolve) => (seen = resolve));
    const settlement = settlementOf(async () => seen());
    const worker = createWorker(settlement, { pollEvery: 10 });
    worker.start();
    const stopped = worker.stop();
    worker.start();
    await stopped;
    await posting(settlement);
    await fulfilled;
    await worker.stop();
  });

  test('without its table nothing is acknowledged, and the error holds the command that makes it', async () => {
    const settlement = settlementOf(paid, db.missing());
    shop = await notifyShop(settlement as never, { handler: () => {} });
    const { status } = await shop.post(notice());
    await shop.close();
    expect(status).toBe(503);
    const told = shop.errors.map((error) => `${error.message} ${(error.cause as Error | undefined)?.message}`).join();
    expect(told).toMatch(/create table if not exists/);
  });
}

const paymentOf = (out_trade_no: string) => ({
  appid: 'wx0123456789abcdef',
  mchid: '1900000109',
  out_trade_no,
  trade_state: 'SUCCESS' as const,
  transaction_id: '4200001234202601011234567890',
  amount: { total: 1990, currency: 'CNY' },
});

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

describe('PGlite', () => {
  let db: PGlite;
  beforeAll(async () => {
    db = new PGlite();
    await tables(db);
  });
  afterAll(() => db.close());
  suite(() => onPostgres(db, postgres.postgresOnce(db)));
});

describeWith(POSTGRES, 'PostgreSQL', () => {
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
  suite(() => onPostgres(pool, postgres.postgresOnce(pool)));

  test('a network that swallows an answer ends the try, and keeps no connection', async () => {
    const proxy = await startProxy(server.port);
    const small = server.pool({ max: 1, connectionString: `postgres://postgres@127.0.0.1:${proxy.port}/postgres` });
    const inbox = postgres.postgresInbox(small);
    await inbox.take(1);
    proxy.silence();
    await expect(inbox.take(1)).rejects.toThrow('no answer within 10000 ms');
    expect(await inbox.take(1)).toEqual([]);
    await small.end();
    await proxy.close();
  });

  test('a client whose pool gave up waiting for it is not asked again', async () => {
    const proxy = await startProxy(server.port);
    const connectionString = `postgres://postgres@127.0.0.1:${proxy.port}/postgres`;
    const small = server.pool({ max: 1, connectionString, query_timeout: 2_000 });
    const inbox = postgres.postgresInbox(small);
    await inbox.take(1);
    proxy.silence();
    await expect(inbox.take(1)).rejects.toThrow('Query read timeout');
    expect(await inbox.take(1)).toEqual([]);
    await small.end();
    await proxy.close();
  });

  test('a server that takes connections and says nothing holds up no worker', async () => {
    const sockets: Socket[] = [];
    const mute = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const small = server.pool({ max: 1, connectionString: `postgres://postgres@127.0.0.1:${port}/postgres` });
    await expect(postgres.postgresInbox(small).take(1)).rejects.toThrow('no answer within 10000 ms');
    for (const socket of sockets) socket.destroy();
    await small.end();
    mute.close();
  });
});

const MYSQL_POOLS: [string, Record<string, string | number>, PoolOptions][] = [
  ['MariaDB', {}, {}],
  [
    'MariaDB that commits nothing by itself and escapes otherwise',
    { autocommit: 0, 'sql-mode': 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES' },
    { charset: 'gbk', rowsAsArray: true, typeCast: (field) => field.string() },
  ],
];

describe.each(MYSQL_POOLS)('%s', (_, settings, options) =>
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
    suite(() => ({
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
    }));

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
  }),
);

describe('options', () => {
  const given = { wxpay: merchantV2(), findOrder: async () => null, once: memoryOnce() };
  const inbox = { put() {} } as never;
  const fulfil = async () => {};
  test('an inbox needs a handler that runs without a request, and a worker an inbox', () => {
    expect(() => createSettlement({ ...given, inbox: {} as never, fulfil })).toThrow('"inbox" must be what');
    expect(() => createSettlement({ ...given, inbox } as never)).toThrow('"fulfil" must be a function');
    expect(() => wxNotify({ ...given, inbox } as never)).toThrow('"inbox" needs "fulfil"');
    expect(() => createSettlement({ ...given, fulfil, mode: 'persist-then-ack' } as never)).toThrow(
      '"mode" is not an option of createSettlement',
    );
    expect(() => createWorker(createSettlement({ ...given, fulfil }) as never)).toThrow('options with an "inbox"');
    expect(createSettlement({ ...given, fulfil })).not.toHaveProperty('processInbox');
  });
  test('of the inbox are checked', () => {
    expect(() => postgres.postgresInbox({} as never, { table: 'a;b' })).toThrow('"table" must be a name');
    expect(() => postgres.postgresInbox({} as never, { maxAttempts: 0 })).toThrow('"maxAttempts"');
    expect(() => mysql.mysqlInbox({} as never, { retryAfter: 15 })).toThrow(
      '"retryAfter" must be milliseconds, 1000 to 3600000',
    );
  });
});
