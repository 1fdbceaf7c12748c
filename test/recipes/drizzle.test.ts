import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { describeOnce } from 'koa-wxpay/testing';
import type pg from 'pg';
import { describeWith } from '../support/needs.js';
import { POSTGRES, type PrivatePostgres, startPostgres } from '../support/postgres.js';
import { drizzleOnce, markPaid, type Tx } from './drizzle-once.js';
import { effectsOf, makeTables, testPrinted, testRecipe } from './support.js';

testPrinted('drizzle-once.ts');

describeWith(POSTGRES, 'Drizzle', () => {
  let server: PrivatePostgres;
  let pool: pg.Pool;
  let other: pg.Pool;

  beforeAll(async () => {
    server = await startPostgres();
    [pool, other] = [server.pool(), server.pool()];
    await makeTables(pool);
  });
  afterAll(async () => {
    await Promise.all([pool?.end(), other?.end()]);
    await server?.stop();
  });

  describeOnce<Tx>(
    'Drizzle',
    {
      transactional: true,
      countsStatements: true,
      create: () => ({
        once: drizzleOnce(pool),
        elsewhere: drizzleOnce(other),
        effects: {
          write: (tx, key) => tx.execute(sql`insert into effects (key) values (${key})`),
          count: effectsOf(pool),
        },
      }),
    },
    { describe, test },
  );

  testRecipe<Tx>({
    pool: () => pool,
    once: () => drizzleOnce(pool),
    markPaid,
    query: (tx, text) => tx.execute(sql.raw(text)),
  });
});
