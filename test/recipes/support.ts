import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Once } from 'koa-wxpay';
import { createTable } from 'koa-wxpay/postgres';
import type pg from 'pg';

const ROOT = join(import.meta.dirname, '../..');

/** The code people copy is the code that runs here. */
export function testPrinted(recipe: string, page = 'stores'): void {
  const code = readFileSync(join(import.meta.dirname, recipe), 'utf8');
  test.each([`docs/${page}.md`, `docs/${page}.zh-CN.md`])(`%s prints ${recipe} as it is`, (document) => {
    const blocks = readFileSync(join(ROOT, document), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm);
    expect([...blocks].map(([, block]) => block)).toContain(code);
  });
}

export async function makeTables(pool: pg.Pool): Promise<void> {
  await createTable(pool);
  await pool.query(`create table orders (out_trade_no text primary key, state text not null, transaction_id text);
    create table effects (key text not null, note text unique)`);
}

export const effectsOf =
  (pool: pg.Pool) =>
  async (key: string): Promise<number> =>
    (await pool.query('select count(*)::int as count from effects where key = $1', [key])).rows[0].count;

const claim = (key: string) => ({ key, fingerprint: 'a|1|CNY', signal: new AbortController().signal });

/** What every recipe keeps beyond the contract. */
export function testRecipe<Tx>(given: {
  pool(): pg.Pool;
  once(): Once<Tx>;
  markPaid(tx: Tx, out_trade_no: string, transaction_id: string): Promise<boolean>;
  query(tx: Tx, sql: string): Promise<unknown>;
}): void {
  const add = (pool: pg.Pool, number: string) => pool.query(`insert into orders values ('${number}', 'pending')`);

  test('an order is marked paid once, whatever the store remembers', async () => {
    await add(given.pool(), 'SHOP1');
    const answers: boolean[] = [];
    for (const key of ['first', 'forgotten']) {
      await given.once()(claim(key), async (tx) => void answers.push(await given.markPaid(tx, 'SHOP1', '4200')));
    }
    expect(answers).toEqual([true, false]);
    const { rows } = await given.pool().query(`select * from orders where out_trade_no = 'SHOP1'`);
    expect(rows).toEqual([{ out_trade_no: 'SHOP1', state: 'paid', transaction_id: '4200' }]);
  });

  test('a handler that never settles loses the transaction after a minute: the key is free again', async () => {
    let limit: unknown;
    await given.once()(claim('idle'), async (tx) => {
      limit = await given.query(tx, 'show idle_in_transaction_session_timeout');
    });
    expect(JSON.stringify(limit)).toContain('1min');
  });

  test('a handler that swallows the failure of a statement is rolled back and not acknowledged', async () => {
    await given.pool().query(`insert into effects values ('taken', 'taken')`);
    const outcome = given.once()(claim('swallow'), async (tx) => {
      await given.query(tx, `insert into effects values ('swallow', 'before')`);
      await given.query(tx, `insert into effects values ('swallow', 'taken')`).catch(() => {});
    });
    await expect(outcome).rejects.toThrow();
    expect(await effectsOf(given.pool())('swallow')).toBe(0);
    expect(await given.once()(claim('swallow'), async () => {})).toBe('ran');
  });

  test('a lock the handler waits for in vain is its own failure, not a busy copy', async () => {
    const holder = await given.pool().connect();
    try {
      await holder.query(`begin; insert into effects values ('held', 'held')`);
      const outcome = given.once()(
        claim('locked'),
        async (tx) => void (await given.query(tx, `insert into effects values ('locked', 'held')`)),
      );
      await expect(outcome).rejects.toThrow();
    } finally {
      await holder.query('rollback');
      holder.release();
    }
  });
}
