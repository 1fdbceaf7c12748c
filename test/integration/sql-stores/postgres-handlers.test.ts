import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import type { Once } from '../../../src/once/once.js';
import { createTable, type PgPool, postgresOnce as plainOnce } from '../../../src/postgres/index.js';
import { linked } from '../../support/linked.js';
import { describeWith } from '../../support/needs.js';
import { POSTGRES, type PrivatePostgres, startPostgres } from '../../support/postgres.js';
import { redelivering } from '../../support/redelivering.js';
import { claim, never, nothing } from './shared-cases.js';

const postgresOnce: typeof plainOnce = (db, options) => redelivering(plainOnce(db, options));

describeWith(POSTGRES, 'a handler in a transaction of PostgreSQL', () => {
  let server: PrivatePostgres;
  let pool: pg.Pool;

  beforeAll(async () => {
    server = await startPostgres();
    pool = server.pool();
    await createTable(pool);
    await pool.query('create table effects (key text not null, note text unique)');
  });
  afterAll(async () => {
    await pool?.end();
    await server?.stop();
  });

  const count = async (key: string): Promise<number> =>
    (await pool.query('select count(*)::int as count from effects where key = $1', [key])).rows[0].count;

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
