import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  createTable,
  type PgliteDatabase,
  type PgTx,
  postgresOnce,
  prune,
  tableSql,
} from '../../src/postgres/index.js';
import { describeOnce } from '../../src/testing/index.js';
import { linked } from '../support/linked.js';

const claim = (key: string, signal = new AbortController().signal) => ({ key, fingerprint: 'a|1|CNY', signal });
const nothing = async () => {};
const never = async () => {
  throw new Error('the handler ran');
};

describe('PGlite', () => {
  let db: PGlite;

  beforeAll(async () => {
    db = await PGlite.create();
    await createTable(db);
    await db.exec('create table effects (key text not null, note text unique)');
  });
  afterAll(() => db.close());

  const count = async (key: string): Promise<number> =>
    (await db.query<{ count: number }>('select count(*)::int as count from effects where key = $1', [key])).rows[0]
      ?.count ?? 0;

  describeOnce<PgTx>(
    'PGlite',
    {
      transactional: true,
      countsStatements: true,
      parallel: false,
      create: () => ({
        once: postgresOnce(db),
        effects: { write: (tx, key) => tx.query('insert into effects (key) values ($1)', [key]), count },
      }),
    },
    { describe, test },
  );

  test('a handler that swallows the failure of a statement is rolled back and not acknowledged', async () => {
    await db.query(`insert into effects values ('taken', 'taken')`);
    const outcome = postgresOnce(db)(claim('swallow'), async (tx) => {
      await tx.query(`insert into effects values ('swallow', 'before')`);
      await tx.query(`insert into effects values ('swallow', 'taken')`).catch(() => {});
    });
    await expect(outcome).rejects.toMatchObject({ code: 'ERR_WXPAY_STORE_FAILED', status: 503 });
    expect(await count('swallow')).toBe(0);
  });

  test('a turn that comes after its caller has given up does nothing', async () => {
    let open = () => {};
    const running = postgresOnce(db)(claim('first'), () => new Promise<void>((resolve) => (open = resolve)));
    let runs = 0;
    expect(await postgresOnce(db)(claim('second'), async () => void runs++)).toBe('busy');
    open();
    expect(await running).toBe('ran');
    expect(await postgresOnce(db)(claim('third'), nothing)).toBe('ran');
    expect(runs).toBe(0);
    expect((await db.query(`select * from koa_wxpay_once where key = 'second'`)).rows).toEqual([]);
  });

  test('a handler that never settles is rolled back once it was idle too long', async () => {
    let later: PgTx | undefined;
    const once = postgresOnce(db, { idleTimeout: 30 });
    const outcome = once(claim('hangs'), (tx) => {
      later = tx;
      return new Promise(() => {});
    });
    await expect(outcome).rejects.toMatchObject({
      code: 'ERR_WXPAY_STORE_FAILED',
      message: linked('PostgreSQL: the transaction was idle for 30 ms'),
    });
    await expect(later?.query('select 1')).rejects.toThrow();
    expect(await postgresOnce(db)(claim('hangs'), nothing)).toBe('ran');
  });

  test('rows are counted as pg counts them', async () => {
    const counts: (number | null)[] = [];
    await postgresOnce(db)(claim('rows'), async (tx) => {
      for (const text of [
        'select generate_series(1, 3)',
        `insert into effects values ('rows', null), ('rows', null)`,
        `update effects set note = null where key = 'rows' returning key`,
        `delete from effects where key = 'nobody'`,
      ]) {
        counts.push((await tx.query(text)).rowCount);
      }
    });
    expect(counts).toEqual([3, 2, 2, 0]);
  });

  test('a database that fails is a failed store', async () => {
    const failing: PgliteDatabase = {
      async transaction() {
        throw new Error('PGlite is closed');
      },
    };
    await expect(postgresOnce(failing)(claim('closed'), never)).rejects.toMatchObject({
      code: 'ERR_WXPAY_STORE_FAILED',
      message: linked('PostgreSQL: PGlite is closed'),
    });
  });

  test('a missing table is a failed store whose message holds the command to create it', async () => {
    const failure = await postgresOnce(db, { table: 'nowhere' })(claim('missing'), never).catch((error) => error);
    expect(failure.message).toContain(tableSql('nowhere'));
  });

  test('what is older than the given days is forgotten', async () => {
    await postgresOnce(db)(claim('old'), nothing);
    await db.query(`update koa_wxpay_once set done_at = now() - interval '181 days' where key = 'old'`);
    expect(await prune(db)).toBe(1);
    expect(await postgresOnce(db)(claim('old'), nothing)).toBe('ran');
  });
});
