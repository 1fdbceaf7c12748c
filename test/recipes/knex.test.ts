import { afterAll, beforeAll, describe, test } from '@jest/globals';
import knex, { type Knex } from 'knex';
import { describeOnce } from 'koa-wxpay/testing';
import type pg from 'pg';
import { describeWith } from '../support/needs.js';
import { POSTGRES, type PrivatePostgres, startPostgres } from '../support/postgres.js';
import { knexOnce, markPaid } from './knex-once.js';
import { effectsOf, makeTables, testPrinted, testRecipe } from './support.js';

testPrinted('knex-once.ts');

describeWith(POSTGRES, 'Knex', () => {
  let server: PrivatePostgres;
  let pool: pg.Pool;
  let here: Knex;
  let there: Knex;

  beforeAll(async () => {
    server = await startPostgres();
    pool = server.pool();
    await makeTables(pool);
    [here, there] = [1, 2].map(() => knex({ client: 'pg', connection: server.connectionString })) as [Knex, Knex];
  });
  afterAll(async () => {
    await Promise.all([pool?.end(), here?.destroy(), there?.destroy()]);
    await server?.stop();
  });

  describeOnce<Knex.Transaction>(
    'Knex',
    {
      transactional: true,
      countsStatements: true,
      create: () => ({
        once: knexOnce(here),
        elsewhere: knexOnce(there),
        effects: { write: async (tx, key) => tx('effects').insert({ key }), count: effectsOf(pool) },
      }),
    },
    { describe, test },
  );

  testRecipe<Knex.Transaction>({
    pool: () => pool,
    once: () => knexOnce(here),
    markPaid,
    query: async (tx, sql) => tx.raw(sql),
  });
});
