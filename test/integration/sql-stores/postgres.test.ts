import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import type { Once } from '../../../src/once/once.js';
import {
  createTable,
  type PgPool,
  type PgTx,
  postgresOnce as plainOnce,
  prune,
  tableSql,
} from '../../../src/postgres/index.js';
import { describeOnce } from '../../../src/testing/index.js';
import { describeWith } from '../../support/needs.js';
import { POSTGRES, type PrivatePostgres, startPostgres } from '../../support/postgres.js';
import { startProxy } from '../../support/proxy.js';
import { redelivering } from '../../support/redelivering.js';
import { claim, never, nothing, type SqlPool, sharedCases } from './shared-cases.js';

const postgresOnce: typeof plainOnce = (db, options) => redelivering(plainOnce(db, options));

const ENDINGS = [
  'begin',
  'START TRANSACTION read only',
  'commit',
  '-- done\n/* all of it */ end',
  ';commit',
  'Abort',
  'rollback',
  'rollback and chain',
  `prepare transaction 'x'`,
];

const sqlPool = (pool: pg.Pool): SqlPool => ({
  once: (options) => plainOnce(pool, options) as Once<never>,
  run: (text) => pool.query(text),
  counts: () => [pool.totalCount, pool.idleCount, pool.waitingCount],
  end: () => pool.end(),
});

describeWith(POSTGRES, 'postgresOnce on PostgreSQL', () => {
  let server: PrivatePostgres;
  let pool: pg.Pool;
  let other: pg.Pool;

  beforeAll(async () => {
    server = await startPostgres();
    [pool, other] = [server.pool(), server.pool()];
    await createTable(pool);
    await pool.query('create table effects (key text not null, note text unique)');
  });
  afterAll(async () => {
    await Promise.all([pool?.end(), other?.end()]);
    await server?.stop();
  });

  const count = async (key: string): Promise<number> =>
    (await pool.query('select count(*)::int as count from effects where key = $1', [key])).rows[0].count;

  describeOnce<PgTx>(
    'PostgreSQL',
    {
      transactional: true,
      countsStatements: true,
      create: () => ({
        once: plainOnce(pool),
        elsewhere: plainOnce(other),
        effects: {
          write: (tx, key) => tx.query('insert into effects (key) values ($1)', [key]),
          count,
          fail: (tx) => tx.query('nonsense'),
        },
      }),
    },
    { describe, test },
  );

  sharedCases(
    () => ({
      name: 'PostgreSQL',
      pool: ({ max, down } = {}) =>
        sqlPool(
          server.pool({
            ...(max !== undefined && { max }),
            ...(down && { connectionString: 'postgres://postgres@127.0.0.1:1/postgres' }),
          }),
        ),
      write: (tx, key) => tx.query('insert into effects (key) values ($1)', [key]),
      count,
      asObject: (text) => ({ text }),
      shortestIdle: 50,
      async kill(tx) {
        const { rows } = await (tx as PgTx).query<{ pid: number }>('select pg_backend_pid() as pid');
        await other.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      },
      tableSql,
      createTable: (table) => createTable(pool, { table }),
      prune: (table) => prune(pool, { table }),
      age: (table, key) =>
        pool.query(`update ${table} set done_at = now() - interval '181 days' where key = $1`, [key]),
      namespace: { name: 'shop', create: 'create schema shop', rounds: 25 },
    }),
    ENDINGS,
  );

  describe('connections', () => {
    test("a network that swallows the answer to a handler's statement keeps no connection", async () => {
      const proxy = await startProxy(server.port);
      const small = server.pool({ max: 1, connectionString: `postgres://postgres@127.0.0.1:${proxy.port}/postgres` });
      const once = postgresOnce(small, { idleTimeout: 2_000 });
      const outcome = once(claim('swallowed'), async (tx) => {
        proxy.silence();
        await tx.query(`insert into effects values ('swallowed', null)`);
      });
      await expect(outcome).rejects.toThrow('no answer within 12000 ms');
      expect(await postgresOnce(small)(claim('swallowed'), nothing)).toBe('ran');
      expect(await count('swallowed')).toBe(0);
      await small.end();
      await proxy.close();
    });

    test.each<[string, (pool: pg.Pool) => PgPool]>([
      [
        'hands the callback on and resolves to nothing',
        (pool) => ({ connect: async (callback) => pool.connect(callback as never) as never }),
      ],
      [
        'answers both ways with one client',
        (pool) => ({
          async connect(callback) {
            const client = await pool.connect();
            callback(undefined, client);
            return client;
          },
        }),
      ],
      [
        'answers both ways with two clients',
        (pool) => ({
          async connect(callback) {
            pool.connect(callback as never);
            return pool.connect();
          },
        }),
      ],
    ])('a wrapper around the pool that %s is one pool', async (_, wrap) => {
      const counted = server.pool({ max: 3 });
      const once = postgresOnce(wrap(counted));
      const key = `wrapped ${Math.random()}`;
      expect([await once(claim(key), nothing), await once(claim(key), never)]).toEqual(['ran', 'already']);
      while (counted.idleCount < counted.totalCount) await new Promise((resolve) => setImmediate(resolve));
      const client = await counted.connect();
      expect(client.listenerCount('error')).toBe(0);
      client.release();
      await counted.end();
    });

    test('a transaction that does not begin within a second is busy; what comes of it later goes back unused', async () => {
      let answer = () => {};
      const delayed = new Promise<void>((resolve) => (answer = resolve));
      const released: unknown[] = [];
      const slow: PgPool = {
        async connect() {
          const client = await pool.connect();
          return {
            async query(text, values) {
              if (text.startsWith('begin')) await delayed;
              return client.query(text, values);
            },
            release(destroy) {
              released.push(destroy);
              client.release(destroy);
            },
          };
        },
      };
      expect(await plainOnce(slow)(claim('queued'), never)).toBe('busy');
      expect(released).toHaveLength(0);
      answer();
      while (released.length === 0) await new Promise((resolve) => setImmediate(resolve));
      expect(released).toStrictEqual([undefined]);
      expect(await postgresOnce(pool)(claim('queued'), nothing)).toBe('ran');
    });

    test('after every kind of end all clients are back in the pool', async () => {
      const counted = server.pool();
      const once = postgresOnce(counted);
      await once(claim('back'), nothing);
      await once(claim('back'), never);
      await once({ ...claim('back'), fingerprint: 'b|1|CNY' }, never);
      await once(claim('back-2'), never).catch(() => {});
      expect(counted.idleCount).toBe(counted.totalCount);
      await counted.end();
    });

    test('after a restart of the server the next copy settles', async () => {
      const once = postgresOnce(pool);
      let restarted: Promise<unknown> | undefined;
      const begun = once(claim('restart'), async (tx) => {
        await tx.query(`insert into effects values ('restart', null)`);
        restarted = server.restart();
        await restarted;
      });
      await expect(begun).rejects.toMatchObject({ code: 'ERR_WXPAY_STORE_FAILED' });
      await restarted;
      expect(
        await once(
          claim('restart'),
          async (tx) => void (await tx.query(`insert into effects values ('restart', null)`)),
        ),
      ).toBe('ran');
      expect(await count('restart')).toBe(1);
    });
  });
});
