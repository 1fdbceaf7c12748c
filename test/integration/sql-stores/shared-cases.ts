import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Once } from 'koa-wxpay';
import { redelivering } from '../../support/redelivering.js';
import type { AnyTx } from '../../support/sql-stores.js';

/** A pool of connections to the database under test. */
export interface SqlPool {
  once(options?: { table?: string; idleTimeout?: number }): Once<AnyTx>;
  run(text: string): Promise<unknown>;
  /** Connections in all, those that are free, and callers that wait for one, where the pool tells. */
  counts?(): [total: number, idle: number, waiting: number];
  end(): Promise<unknown>;
}

/** One SQL database, as the cases see it. Its tables are those of the package and `effects (key, note)`. */
export interface SqlDatabase {
  /** How errors of the store name it. */
  name: 'PostgreSQL' | 'MySQL';
  pool(options?: { max?: number; down?: boolean }): SqlPool;
  write(tx: AnyTx, key: string): Promise<unknown>;
  count(key: string): Promise<number>;
  /** How a client takes a statement as an object. */
  asObject(statement: string): object;
  /** The shortest idle time that the server can watch over. */
  shortestIdle: number;
  /** Ends the session that runs this transaction. */
  kill(tx: AnyTx): Promise<unknown>;
  tableSql(table: string): string;
  createTable(table: string): Promise<void>;
  prune(table: string): Promise<number>;
  /** Makes a finished key of this table 181 days old. */
  age(table: string, key: string): Promise<unknown>;
  /** A namespace for tables, and how it is made anew. */
  namespace: { name: string; create: string; rounds: number };
}

export const claim = (key: string, signal = new AbortController().signal) => ({
  key,
  fingerprint: 'a|1|CNY',
  signal,
});
export const nothing = async (): Promise<void> => {};
export const never = async (): Promise<void> => {
  throw new Error('the handler ran');
};

/**
 * What every SQL store does alike.
 *
 * @param endings statements that begin or end a transaction, in every spelling that a handler is refused
 */
export function sharedCases(database: () => SqlDatabase, endings: readonly string[]): void {
  let db: SqlDatabase;
  let pool: SqlPool;
  let once: Once<AnyTx>;
  beforeAll(() => {
    db = database();
    pool = db.pool();
    once = redelivering(pool.once());
  });
  afterAll(() => pool.end());

  describe('the handler and its transaction', () => {
    test.each(endings)('a handler that begins or ends a transaction itself is rolled back: %j', async (statement) => {
      const key = `ended ${statement}`;
      const through = once(claim(key), async (tx) => {
        await db.write(tx, key);
        await tx.query(statement);
      });
      await expect(through).rejects.toThrow('the handler must not end the transaction: ');
      const swallowed = once(claim(key), async (tx) => {
        await tx.query(db.asObject(statement)).catch(() => {});
      });
      await expect(swallowed).rejects.toMatchObject({
        code: 'ERR_WXPAY_STORE_FAILED',
        message: expect.stringContaining('the handler must not end the transaction'),
      });
      expect(await db.count(key)).toBe(0);
      expect(await once(claim(key), nothing)).toBe('ran');
    });

    test('a statement after the handler has settled is refused', async () => {
      let late: AnyTx | undefined;
      await once(claim('late'), async (tx) => {
        late = tx;
      });
      await expect(late?.query('select 1')).rejects.toThrow('the transaction is over');
    });
  });

  describe('connections', () => {
    test('a handler that never settles loses its transaction, its connection is destroyed, and the key is free', async () => {
      const small = db.pool({ max: 1 });
      const impatient = redelivering(small.once({ idleTimeout: db.shortestIdle }));
      await expect(impatient(claim('hangs'), () => new Promise(() => {}))).rejects.toMatchObject({
        code: 'ERR_WXPAY_STORE_FAILED',
        message: expect.stringContaining('the connection was lost'),
      });
      expect(await redelivering(small.once())(claim('hangs'), nothing)).toBe('ran');
      await small.end();
    });

    test('a session killed while the handler runs is not acknowledged, and the process lives', async () => {
      let go = () => {};
      const outcome = once(claim('killed'), async (tx) => {
        await db.kill(tx);
        await new Promise<void>((resolve) => (go = resolve));
      });
      await expect(outcome).rejects.toMatchObject({ code: 'ERR_WXPAY_STORE_FAILED' });
      go();
      expect(await once(claim('killed'), nothing)).toBe('ran');
    });

    test('a copy that finds no free connection answers busy, and its late connection goes back to the pool', async () => {
      const small = db.pool({ max: 1 });
      const plain = small.once();
      let open = () => {};
      let begin = () => {};
      const began = new Promise<void>((resolve) => (begin = resolve));
      const running = plain(claim('holds'), () => {
        begin();
        return new Promise<void>((resolve) => (open = resolve));
      });
      await began;
      const caller = new AbortController();
      const waiting = plain(claim('waits', caller.signal), never);
      caller.abort();
      expect(await waiting).toBe('busy');
      expect(await plain(claim('waits'), never)).toBe('busy');
      open();
      expect(await running).toBe('ran');
      expect(await plain(claim('waits'), nothing)).toBe('ran');
      if (small.counts) expect(small.counts()).toEqual([1, 1, 0]);
      await small.end();
    });

    test('a server that is down is a failed store', async () => {
      const down = db.pool({ down: true });
      await expect(redelivering(down.once())(claim('down'), never)).rejects.toMatchObject({
        code: 'ERR_WXPAY_STORE_FAILED',
        status: 503,
        message: expect.stringMatching(new RegExp(`^${db.name}: .*ECONNREFUSED`)),
      });
      await down.end();
    });
  });

  describe('the table', () => {
    test('a missing table is a failed store whose message holds the command to create it', async () => {
      const elsewhere = redelivering(pool.once({ table: 'nowhere' }));
      await expect(elsewhere(claim('missing'), never)).rejects.toMatchObject({
        code: 'ERR_WXPAY_STORE_FAILED',
        message: expect.stringContaining(db.tableSql('nowhere')),
      });
      await pool.run(db.tableSql('nowhere'));
      expect(await elsewhere(claim('missing'), nothing)).toBe('ran');
    });

    test('many machines create it at once, in a namespace of their choice', async () => {
      const { name, create, rounds } = db.namespace;
      await pool.run(create);
      const table = `${name}.once`;
      // Each of the ways in which two of them can collide comes about in some of the rounds.
      for (let round = 0; round < rounds; round++) {
        await pool.run(`drop table if exists ${table}`);
        await Promise.all(Array.from({ length: 8 }, () => db.createTable(table)));
      }
      expect(await redelivering(pool.once({ table }))(claim('namespace'), nothing)).toBe('ran');
    });

    test('what is older than the given days is forgotten', async () => {
      await db.createTable('aged');
      const aged = redelivering(pool.once({ table: 'aged' }));
      for (const key of ['old', 'new']) await aged(claim(key), nothing);
      await db.age('aged', 'old');
      expect(await db.prune('aged')).toBe(1);
      expect(await aged(claim('new'), never)).toBe('already');
      expect(await aged(claim('old'), nothing)).toBe('ran');
    });
  });
}
