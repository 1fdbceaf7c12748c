import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import type { Once } from '../../src/once/once.js';
import {
  createTable,
  type PgPool,
  type PgTx,
  postgresOnce as plainOnce,
  prune,
  tableSql,
} from '../../src/postgres/index.js';
import { describeOnce } from '../../src/testing/index.js';
import { linked } from '../support/linked.js';
import { describeWith } from '../support/needs.js';
import { POSTGRES, type PrivatePostgres, startPostgres } from '../support/postgres.js';
import { startProxy } from '../support/proxy.js';
import { redelivering } from '../support/redelivering.js';

const claim = (key: string, signal = new AbortController().signal) => ({ key, fingerprint: 'a|1|CNY', signal });
const postgresOnce: typeof plainOnce = (db, options) => redelivering(plainOnce(db, options));
const nothing = async () => {};
const never = async () => {
  throw new Error('the handler ran');
};

describeWith(POSTGRES, 'PostgreSQL', () => {
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

  describe('the handler and its transaction', () => {
    test('a handler that swallows the failure of a statement is rolled back and not acknowledged', async () => {
      await pool.query(`insert into effects values ('taken', 'taken')`);
      const outcome = postgresOnce(pool)(claim('swallow'), async (tx) => {
        await tx.query(`insert into effects values ('swallow', 'before')`);
        await tx.query(`insert into effects values ('swallow', 'taken')`).catch(() => {});
      });
      await expect(outcome).rejects.toMatchObject({
        code: 'ERR_WXPAY_STORE_FAILED',
        status: 503,
        message: expect.stringContaining('a statement failed inside the handler'),
      });
      expect(await count('swallow')).toBe(0);
      expect(await postgresOnce(pool)(claim('swallow'), nothing)).toBe('ran');
    });

    test('a handler that recovers with a savepoint is committed', async () => {
      await pool.query(`insert into effects values ('held', 'held')`);
      const outcome = await postgresOnce(pool)(claim('savepoint'), async (tx) => {
        await tx.query('savepoint here');
        await tx.query(`insert into effects values ('savepoint', 'held')`).catch(() => tx.query('rollback to here'));
        await tx.query(`insert into effects values ('savepoint', null)`);
      });
      expect([outcome, await count('savepoint')]).toEqual(['ran', 1]);
    });

    test('a constraint that fails at commit is not acknowledged', async () => {
      await pool.query(
        `create table deferred (id int unique deferrable initially deferred); insert into deferred values (1)`,
      );
      const outcome = postgresOnce(pool)(claim('deferred'), async (tx) => {
        await tx.query('insert into deferred values (1)');
      });
      await expect(outcome).rejects.toMatchObject({
        code: 'ERR_WXPAY_STORE_FAILED',
        message: expect.stringMatching(/^PostgreSQL: duplicate key value/),
      });
      expect(await postgresOnce(pool)(claim('deferred'), nothing)).toBe('ran');
    });

    test.each([
      'begin',
      'START TRANSACTION read only',
      'commit',
      '-- done\n/* all of it */ end',
      ';commit',
      'Abort',
      'rollback',
      'rollback and chain',
      `prepare transaction 'x'`,
    ])('a handler that begins or ends a transaction itself is rolled back: %j', async (statement) => {
      const key = `ended ${statement}`;
      const through = postgresOnce(pool)(claim(key), async (tx) => {
        await tx.query('insert into effects (key) values ($1)', [key]);
        await tx.query(statement);
      });
      await expect(through).rejects.toThrow('the handler must not end the transaction: ');
      const swallowed = postgresOnce(pool)(claim(key), async (tx) => {
        await tx.query({ text: statement } as never).catch(() => {});
      });
      await expect(swallowed).rejects.toMatchObject({
        code: 'ERR_WXPAY_STORE_FAILED',
        message: expect.stringContaining('the handler must not end the transaction'),
      });
      expect(await count(key)).toBe(0);
      expect(await postgresOnce(pool)(claim(key), nothing)).toBe('ran');
    });

    test.each([
      `select 1; commit`,
      `select 1; -- x\rcommit`,
      `insert into effects values ('it''s; ', null); rollback; begin`,
      `select $text$;$text$; end`,
      `select e'\\''; commit`,
      `select 1 as "a;b"; commit`,
    ])('nor where it stands behind another statement: %j', async (statement) => {
      const outcome = postgresOnce(pool)(claim(`behind ${statement}`), async (tx) => void (await tx.query(statement)));
      await expect(outcome).rejects.toThrow('the handler must not end the transaction: ');
      expect(await postgresOnce(pool)(claim(`behind ${statement}`), nothing)).toBe('ran');
    });

    test.each([
      `select '; commit'`,
      `select $$; commit$$, $tag$; commit $$; commit$tag$`,
      `select e'\\'; commit; \\''`,
      `select 1 -- ; commit`,
      `select 1 /* ; commit */`,
      `select 1 as "; commit"`,
      `savepoint a; rollback to savepoint a; release a`,
    ])('what only looks so is text: %j', async (statement) => {
      const once = postgresOnce(pool);
      expect(await once(claim(`text ${statement}`), async (tx) => void (await tx.query(statement)))).toBe('ran');
    });

    test('where it is not seen it is found out before the commit', async () => {
      // the server's comments nest: to it, the quotation mark stands in one
      const hidden = `/* /* */ ' */ select 1; rollback; select ' '`;
      const outcome = postgresOnce(pool)(claim('hidden'), async (tx) => void (await tx.query(hidden)));
      await expect(outcome).rejects.toMatchObject({
        code: 'ERR_WXPAY_STORE_FAILED',
        message: linked('PostgreSQL: the handler ended the transaction itself'),
      });
      expect(await postgresOnce(pool)(claim('hidden'), nothing)).toBe('ran');
    });

    test("the handler's search_path and role are its own", async () => {
      await pool.query('create schema tenant; create table tenant.koa_wxpay_once (key text); create role clerk');
      const outcome = await postgresOnce(pool)(claim('tenant'), async (tx) => {
        await tx.query('set local search_path to tenant');
        await tx.query('set local role clerk');
      });
      expect(outcome).toBe('ran');
    });

    test('many at once leave no listener behind', async () => {
      const warnings: Error[] = [];
      const listen = (warning: Error) => warnings.push(warning);
      process.on('warning', listen);
      await Promise.all(Array.from({ length: 20 }, (_, n) => postgresOnce(pool)(claim(`many ${n}`), nothing)));
      await new Promise((resolve) => setImmediate(resolve));
      process.off('warning', listen);
      expect(warnings).toEqual([]);
    });

    test('where the database does not flush its commits, this one is flushed', async () => {
      const careless = server.pool({ max: 1, options: '-c synchronous_commit=off' });
      let inside: unknown;
      await postgresOnce(careless)(claim('flushed'), async (tx) => {
        inside = (await tx.query('show synchronous_commit')).rows[0];
      });
      const { rows } = await careless.query('show synchronous_commit');
      expect([inside, rows[0]]).toEqual([{ synchronous_commit: 'on' }, { synchronous_commit: 'off' }]);
      const strict = server.pool({ options: '-c synchronous_commit=remote_write' });
      await postgresOnce(strict)(claim('flushed elsewhere'), async (tx) => {
        inside = (await tx.query('show synchronous_commit')).rows[0];
      });
      expect(inside).toEqual({ synchronous_commit: 'remote_write' });
      await Promise.all([careless.end(), strict.end()]);
    });

    test('a statement after the handler has settled is refused', async () => {
      let late: PgTx | undefined;
      await postgresOnce(pool)(claim('late'), async (tx) => {
        late = tx;
      });
      await expect(late?.query('select 1')).rejects.toThrow('the transaction is over');
    });

    test('a handler has a second for a lock, however long its connection was waited for', async () => {
      let timeout: unknown;
      await postgresOnce(pool)(claim('lock'), async (tx) => {
        timeout = (await tx.query('show lock_timeout')).rows[0].lock_timeout;
      });
      expect([timeout, (await pool.query('show lock_timeout')).rows[0].lock_timeout]).toEqual(['1s', '0']);
    });

    test('a commit whose outcome is unknown is not acknowledged, and the next copy reads the truth', async () => {
      const destroyed: unknown[] = [];
      const cut: PgPool = {
        async connect() {
          const client = await pool.connect();
          return {
            query: async (text, values) => {
              const answer = await client.query(text, values);
              if (text === 'commit') throw new Error('read ECONNRESET');
              return answer;
            },
            release(destroy) {
              destroyed.push(destroy);
              client.release(destroy);
            },
          };
        },
      };
      await expect(postgresOnce(cut)(claim('unknown'), nothing)).rejects.toMatchObject({
        code: 'ERR_WXPAY_STORE_FAILED',
        message: linked('PostgreSQL: the outcome of commit is unknown: read ECONNRESET'),
      });
      expect(await postgresOnce(pool)(claim('unknown'), never)).toBe('already');
      expect(destroyed).toEqual([expect.any(Error)]);
    });

    test('a commit the server answers with ROLLBACK is not acknowledged', async () => {
      const aborted: PgPool = {
        async connect() {
          const client = await pool.connect();
          return {
            query: (text, values) => client.query(text === 'commit' ? 'rollback' : text, values),
            release: (destroy) => client.release(destroy),
          };
        },
      };
      await expect(postgresOnce(aborted)(claim('tag'), nothing)).rejects.toMatchObject({
        code: 'ERR_WXPAY_STORE_FAILED',
        message: linked('PostgreSQL: commit was answered with ROLLBACK'),
      });
    });

    test('the transaction is inferred where the store is written inline', async () => {
      const mount = <Tx>(options: { once: Once<Tx> }, handler: (tx: Tx) => Promise<void>) =>
        options.once(claim('inline'), handler);
      const outcome = await mount({ once: postgresOnce(pool) }, async (tx) => {
        const { rows } = await tx.query<{ n: number }>('select 1 as n');
        const n: number | undefined = rows[0]?.n;
        expect(n).toBe(1);
      });
      expect(outcome).toBe('ran');
    });

    test('rows are typed by the statement and counted', async () => {
      let seen: { n: number }[] = [];
      let rowCount: number | null = null;
      await postgresOnce(pool)(claim('rows'), async (tx) => {
        ({ rows: seen, rowCount } = await tx.query<{ n: number }>('select $1::int as n', [7]));
      });
      expect([seen, rowCount]).toEqual([[{ n: 7 }], 1]);
    });

    test('a host that runs at another isolation level gets the same answers', async () => {
      const strict = server.pool({ options: '-c default_transaction_isolation=serializable' });
      // A copy waits a second at most, and eight new connections may take a busy machine longer.
      for (const client of await Promise.all(Array.from({ length: 8 }, () => strict.connect()))) client.release();
      const once = postgresOnce(strict);
      const answers = await Promise.all(Array.from({ length: 8 }, () => once(claim('isolation'), nothing)));
      expect(answers.filter((each) => each === 'ran')).toHaveLength(1);
      expect(answers.filter((each) => each === 'already')).toHaveLength(7);
      await strict.end();
    });
  });

  describe('connections', () => {
    test('a handler that never settles loses its transaction, its client is destroyed, and the key is free', async () => {
      const small = server.pool({ max: 1 });
      const once = postgresOnce(small, { idleTimeout: 50 });
      await expect(once(claim('hangs'), () => new Promise(() => {}))).rejects.toMatchObject({
        code: 'ERR_WXPAY_STORE_FAILED',
        message: expect.stringContaining('the connection was lost'),
      });
      expect(await postgresOnce(small)(claim('hangs'), nothing)).toBe('ran');
      await small.end();
    });

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

    test('a session killed while the handler runs is not acknowledged, and the process lives', async () => {
      let go = () => {};
      const outcome = postgresOnce(pool)(claim('killed'), async (tx) => {
        const { rows } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
        await other.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
        await new Promise<void>((resolve) => (go = resolve));
      });
      await expect(outcome).rejects.toMatchObject({ code: 'ERR_WXPAY_STORE_FAILED' });
      go();
      expect(await postgresOnce(pool)(claim('killed'), nothing)).toBe('ran');
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

    test('a copy that finds no free client answers busy, and its late client goes back to the pool', async () => {
      const small = server.pool({ max: 1 });
      const once = plainOnce(small);
      let open = () => {};
      let begin = () => {};
      const began = new Promise<void>((resolve) => (begin = resolve));
      const running = once(claim('holds'), () => {
        begin();
        return new Promise<void>((resolve) => (open = resolve));
      });
      await began;
      const caller = new AbortController();
      const waiting = once(claim('waits', caller.signal), never);
      caller.abort();
      expect(await waiting).toBe('busy');
      expect(await once(claim('waits'), never)).toBe('busy');
      open();
      expect(await running).toBe('ran');
      expect(await once(claim('waits'), nothing)).toBe('ran');
      expect([small.totalCount, small.idleCount, small.waitingCount]).toEqual([1, 1, 0]);
      await small.end();
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

    test('a server that is down is a failed store', async () => {
      const down = server.pool({ connectionString: 'postgres://postgres@127.0.0.1:1/postgres' });
      await expect(postgresOnce(down)(claim('down'), never)).rejects.toMatchObject({
        code: 'ERR_WXPAY_STORE_FAILED',
        status: 503,
        message: expect.stringMatching(/^PostgreSQL: .*ECONNREFUSED/),
      });
      await down.end();
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

  describe('the table', () => {
    test('a missing table is a failed store whose message holds the command to create it', async () => {
      const once = postgresOnce(pool, { table: 'nowhere' });
      const failure = await once(claim('missing'), never).catch((error) => error);
      expect(failure).toMatchObject({
        code: 'ERR_WXPAY_STORE_FAILED',
        message: expect.stringContaining(tableSql('nowhere')),
      });
      await pool.query(tableSql('nowhere'));
      expect(await once(claim('missing'), nothing)).toBe('ran');
    });

    test('many machines create it at once, in a schema of their choice', async () => {
      await pool.query('create schema shop');
      // each of the ways in which two of them can collide comes about in some of the rounds
      for (let round = 0; round < 25; round++) {
        await pool.query('drop table if exists shop.once');
        await Promise.all(Array.from({ length: 8 }, () => createTable(pool, { table: 'shop.once' })));
      }
      expect(await postgresOnce(pool, { table: 'shop.once' })(claim('schema'), nothing)).toBe('ran');
    });

    test('what is older than the given days is forgotten', async () => {
      await createTable(pool, { table: 'aged' });
      const once = postgresOnce(pool, { table: 'aged' });
      for (const key of ['old', 'new']) await once(claim(key), nothing);
      await pool.query(`update aged set done_at = now() - interval '181 days' where key = 'old'`);
      expect(await prune(pool, { table: 'aged' })).toBe(1);
      expect(await once(claim('new'), never)).toBe('already');
      expect(await once(claim('old'), nothing)).toBe('ran');
    });
  });
});
