import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import * as mysql from 'koa-wxpay/mysql';
import * as postgres from 'koa-wxpay/postgres';

const documented = (name: string): string => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

test.each(['stores.md', 'stores.zh-CN.md'])('docs/%s shows the tables as they are created', (name) => {
  const text = documented(name);
  for (const { tableSql, inboxTableSql } of [postgres, mysql]) {
    expect(text).toContain(tableSql());
    expect(text).toContain(inboxTableSql());
  }
});

test('a table is created by its own statement each, and no line of it is long', () => {
  const statements = [postgres.tableSql(), postgres.inboxTableSql(), mysql.tableSql(), mysql.inboxTableSql()];
  for (const sql of statements) {
    expect(sql).toMatch(/;$/);
    expect(Math.max(...sql.split('\n').map(({ length }) => length))).toBeLessThan(100);
  }
});
