import { expect, test } from '@jest/globals';
import { postgresOnce, prune, tableSql } from '../../../src/postgres/index.js';

const pool = {
  connect: async () => {
    throw new Error('nobody connects');
  },
};

test.each(['', 'a-b', 'a.b.c', '1a', 'a;drop table orders', 'a"b', '订单'])('the table name %j is refused', (table) => {
  expect(() => postgresOnce(pool, { table })).toThrow(TypeError);
  expect(() => tableSql(table)).toThrow('"table" must be a name like');
});

test.each([0, -1, 0.5, Number.NaN, 2 ** 31])('"idleTimeout" of %p is refused', (idleTimeout) => {
  expect(() => postgresOnce(pool, { idleTimeout })).toThrow('"idleTimeout" must be a whole number of milliseconds');
});

test('what is neither a pool nor PGlite is refused', () => {
  expect(() => postgresOnce({} as never)).toThrow('"db" must be a pool of pg');
  expect(() => postgresOnce(undefined as never)).toThrow(TypeError);
});

test('"days" that would forget everything are refused', async () => {
  await expect(prune({ query: async () => ({ rows: [] }) }, { days: 0 })).rejects.toThrow('"days" must be');
});

test('the table is written with quoted names, in the schema that was asked for', () => {
  expect(tableSql('shop.once')).toContain('create table if not exists "shop"."once" (');
  expect(tableSql()).toContain('create table if not exists "koa_wxpay_once" (');
});
