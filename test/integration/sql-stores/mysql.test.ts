import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import mysql from 'mysql2';
import type { Pool, PoolOptions, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { type MysqlPool, type MysqlTx, mysqlOnce as plainOnce } from '../../../src/mysql/index.js';
import { createTable, prune, tableSql } from '../../../src/mysql/table.js';
import type { Once } from '../../../src/once/once.js';
import { describeOnce } from '../../../src/testing/index.js';
import { linked } from '../../support/linked.js';
import { MARIADB, type PrivateMariadb, startMariadb } from '../../support/mariadb.js';
import { describeWith } from '../../support/needs.js';
import { redelivering } from '../../support/redelivering.js';
import { claim, never, nothing, type SqlPool, sharedCases } from './shared-cases.js';

const mysqlOnce: typeof plainOnce = (pool, options) => redelivering(plainOnce(pool, options));

const ENDINGS = [
  'begin',
  'START TRANSACTION',
  'commit',
  '/* done */ rollback',
  '# done\ncommit',
  '/*! commit */',
  '/*M!100100 commit */',
  'check table effects',
  'create table t (id int)',
  'alter table effects add x int',
  'TRUNCATE effects',
  'lock tables effects write',
  'set session autocommit = 1',
  'set @@autocommit = 1',
];

const sqlPool = (pool: Pool): SqlPool => ({
  once: (options) => plainOnce(pool, options) as Once<never>,
  run: (text) => pool.query(text),
  end: () => pool.end(),
});

describeWith(MARIADB, 'MariaDB', () => {
  let server: PrivateMariadb;
  let pool: Pool;
  let other: Pool;

  beforeAll(async () => {
    server = await startMariadb();
    [pool, other] = [server.pool(), server.pool()];
    await createTable(pool);
    await pool.query('create table effects (`key` varbinary(255) not null, note varchar(20) unique) engine = InnoDB');
  });
  afterAll(async () => {
    await Promise.all([pool?.end(), other?.end()]);
    await server?.stop();
  });

  const count = async (key: string): Promise<number> => {
    const [rows] = await other.query<RowDataPacket[]>('select count(*) as count from effects where `key` = ?', [key]);
    return rows[0]?.count;
  };

  describeOnce<MysqlTx>(
    'MariaDB',
    {
      transactional: true,
      countsStatements: true,
      create: () => ({
        once: plainOnce(pool),
        elsewhere: plainOnce(other),
        effects: {
          write: (tx, key) => tx.execute('insert into effects (`key`) values (?)', [key]),
          count,
          fail: (tx) => tx.query('nonsense'),
        },
      }),
    },
    { describe, test },
  );

  sharedCases(
    () => ({
      name: 'MySQL',
      pool: ({ max, down } = {}) =>
        sqlPool(server.pool({ ...(max !== undefined && { connectionLimit: max }), ...(down && { port: 1 }) })),
      write: (tx, key) => (tx as unknown as MysqlTx).execute('insert into effects (`key`) values (?)', [key]),
      count,
      asObject: (sql) => ({ sql }),
      shortestIdle: 1,
      async kill(tx) {
        const [rows] = await (tx as unknown as MysqlTx).query<{ id: number }[]>('select connection_id() as id');
        await other.query(`kill ${rows[0]?.id}`);
      },
      tableSql,
      createTable: (table) => createTable(pool, { table }),
      prune: (table) => prune(pool, { table }),
      age: (table, key) =>
        pool.query(`update ${table} set done_at = now() - interval 181 day where \`key\` = ?`, [key]),
      namespace: { name: 'ledger', create: 'create database ledger', rounds: 1 },
    }),
    ENDINGS,
  );

  describe('the handler and its transaction', () => {
    test('a handler that swallows a lock wait timeout is rolled back and not acknowledged', async () => {
      await pool.query('create table locks (id int primary key) engine = InnoDB');
      await pool.query('insert into locks values (1)');
      const holder = await other.getConnection();
      await holder.query('start transaction');
      await holder.query('select * from locks where id = 1 for update');
      const refusals: string[] = [];
      const outcome = mysqlOnce(pool)(claim('swallow'), async (tx) => {
        await tx.query(`insert into effects values ('swallow', null)`);
        await tx.query('delete from locks where id = 1').catch(() => {});
        await tx.query(`insert into effects values ('swallow', null)`).catch((error) => refusals.push(error.message));
      });
      await expect(outcome).rejects.toMatchObject({
        message: expect.stringContaining('the transaction was rolled back'),
      });
      await holder.query('rollback');
      holder.release();
      expect(refusals).toEqual([expect.stringContaining('the transaction was rolled back')]);
      expect(await count('swallow')).toBe(0);
      expect(await mysqlOnce(pool)(claim('swallow'), nothing)).toBe('ran');
    });

    test('savepoints and temporary tables do not end it', async () => {
      const outcome = await mysqlOnce(pool)(claim('savepoint'), async (tx) => {
        await tx.query('create or replace temporary table scratch (id int)');
        await tx.query('analyze select * from scratch');
        await tx.query('savepoint here');
        await tx.query(`insert into effects (\`key\`) values ('savepoint')`);
        await tx.query('rollback to here');
        await tx.query('drop temporary table scratch');
      });
      expect([outcome, await count('savepoint')]).toEqual(['ran', 0]);
    });

    describe('a procedure that brings its own transaction', () => {
      const call = (procedure: string) => async (tx: MysqlTx) => {
        await tx.query(`call ${procedure}()`);
        await tx.query(`insert into effects (\`key\`) values ('${procedure}')`);
      };

      test('and rolls it back has undone the mark: what the handler writes then is undone too', async () => {
        await pool.query('create procedure undoes() begin rollback; end');
        await expect(mysqlOnce(pool)(claim('undoes'), call('undoes'))).rejects.toMatchObject({
          code: 'ERR_WXPAY_STORE_FAILED',
          message: linked('MySQL: the handler ended the transaction itself'),
        });
        expect(await count('undoes')).toBe(0);
        expect(await mysqlOnce(pool)(claim('undoes'), nothing)).toBe('ran');
      });

      test('and commits it acknowledges nobody before the handler has finished', async () => {
        await pool.query('create procedure commits() begin commit; end');
        let meanwhile: unknown;
        const outcome = await mysqlOnce(pool)(claim('commits'), async (tx) => {
          await call('commits')(tx);
          meanwhile = await mysqlOnce(other)(claim('commits'), never).catch((error) => error.message);
        });
        expect([outcome, meanwhile]).toEqual(['ran', expect.stringContaining('did not finish')]);
        expect(await mysqlOnce(pool)(claim('commits'), never)).toBe('already');
        expect(await count('commits')).toBe(1);
      });

      test('and fails half done is neither acknowledged nor run again, until a person has looked', async () => {
        await pool.query(`create procedure fails() begin
          start transaction; insert into effects (\`key\`) values ('half'); commit;
          signal sqlstate '45000' set message_text = 'stock is empty';
        end`);
        await expect(mysqlOnce(pool)(claim('half'), call('fails'))).rejects.toThrow('stock is empty');
        await expect(mysqlOnce(pool)(claim('half'), never)).rejects.toMatchObject({
          code: 'ERR_WXPAY_STORE_FAILED',
          message: expect.stringContaining('see what it did for half, then delete that row of `koa_wxpay_once`'),
        });
        expect([await count('half'), await count('fails')]).toEqual([1, 0]);
        await pool.query(`update koa_wxpay_once set done_at = now() - interval 200 day where \`key\` = 'half'`);
        await prune(pool);
        await expect(mysqlOnce(pool)(claim('half'), never)).rejects.toThrow('did not finish');
        await pool.query(`update koa_wxpay_once set unfinished_run = null where \`key\` = 'half'`);
        expect(await mysqlOnce(pool)(claim('half'), never)).toBe('already');
      });
    });

    test('a record that changed under a snapshot has ended the transaction, whatever the handler makes of it', async () => {
      await pool.query('create table stock (id int primary key, n int) engine = InnoDB');
      await pool.query('insert into stock values (1, 1)');
      const strict = server.pool({ connectionLimit: 1 });
      await strict.query(`set session innodb_snapshot_isolation = on, session tx_isolation = 'repeatable-read'`);
      const outcome = mysqlOnce(strict)(claim('snapshot'), async (tx) => {
        await tx.query('select * from stock');
        await other.query('update stock set n = 2');
        await tx.query('update stock set n = 3').catch(() => {});
        await tx.query(`insert into effects (\`key\`) values ('snapshot')`);
      });
      await expect(outcome).rejects.toThrow('the transaction was rolled back');
      expect(await count('snapshot')).toBe(0);
      await strict.end();
    });

    test('the transaction is inferred where the store is written inline, and answers as mysql2 does', async () => {
      const mount = <Tx>(options: { once: Once<Tx> }, handler: (tx: Tx) => Promise<void>) =>
        options.once(claim('inline'), handler);
      const seen: unknown[] = [];
      const outcome = await mount({ once: mysqlOnce(pool) }, async (tx) => {
        const [result] = await tx.execute<ResultSetHeader>('insert into effects (`key`) values (?)', ['inline']);
        const [rows] = await tx.query<{ n: number }[]>('select ? as n', [7]);
        seen.push(result.affectedRows, rows[0]?.n);
      });
      expect([outcome, seen]).toEqual(['ran', [1, 7]]);
    });

    test.each([0, 1])(
      'the settings of the transaction do not stay on a connection with autocommit = %d',
      async (autocommit) => {
        const single = server.pool({ connectionLimit: 1 });
        const limits = async () =>
          (
            await single.query(
              'select @@session.innodb_lock_wait_timeout as lockWait, @@session.lock_wait_timeout as tableWait, @@session.wait_timeout as idle, @@session.autocommit as autocommit',
            )
          )[0];
        await single.query(
          `set session innodb_lock_wait_timeout = 33, session lock_wait_timeout = 55, session wait_timeout = 4444, session autocommit = ${autocommit}`,
        );
        let inside: unknown;
        const once = mysqlOnce(single, { idleTimeout: 7_500 });
        await once(claim(`limits ${autocommit}`), async (tx) => {
          [inside] = await tx.query(
            'select @@session.innodb_lock_wait_timeout as lockWait, @@session.lock_wait_timeout as tableWait, @@session.wait_timeout as idle, @@session.autocommit as autocommit',
          );
        });
        await once(claim(`limits ${autocommit}`), never);
        await once(claim(`limits-2 ${autocommit}`), never).catch(() => {});
        expect(inside).toEqual([{ lockWait: 1, tableWait: 1, idle: 8, autocommit: 0 }]);
        expect(await limits()).toEqual([{ lockWait: 33, tableWait: 55, idle: 4444, autocommit }]);
        await single.end();
      },
    );

    test.each<[string, PoolOptions]>([
      ['rows are lists', { rowsAsArray: true }],
      ['rows are tables of rows', { nestTables: true }],
      ['everything is text', { typeCast: (field) => field.string() }],
      ['text is GBK', { charset: 'gbk' }],
    ])('a pool whose %s makes no difference', async (_, options) => {
      const odd = server.pool({ connectionLimit: 1, ...options });
      const once = mysqlOnce(odd);
      const key = `odd ${JSON.stringify(options)}`;
      expect([await once(claim(key), nothing), await once(claim(key), never)]).toEqual(['ran', 'already']);
      expect(await once({ ...claim(key), fingerprint: 'b|1|CNY' }, never)).toBe('conflict');
      await odd.end();
    });

    test('a table somebody locks is waited for a second, not for a day', async () => {
      const holder = await other.getConnection();
      await holder.query('lock tables koa_wxpay_once write');
      expect(await plainOnce(pool)(claim('locked'), never)).toBe('busy');
      await holder.query('unlock tables');
      holder.release();
      expect(await mysqlOnce(pool)(claim('locked'), nothing)).toBe('ran');
    });

    test.each(['NO_BACKSLASH_ESCAPES', 'ANSI_QUOTES'])('sql_mode %s changes no key', async (mode) => {
      const odd = server.pool({ connectionLimit: 1 });
      await odd.query(`set session sql_mode = '${mode}'`);
      const key = `${mode}\\' or '1'='1`;
      expect(await mysqlOnce(odd)(claim(key), nothing)).toBe('ran');
      expect(await mysqlOnce(pool)(claim(key), never)).toBe('already');
      await odd.end();
    });
  });

  describe('connections', () => {
    test('a server that falls silent after the commit keeps no connection: the next payment finds a free one', async () => {
      const small = server.pool({ connectionLimit: 1 });
      let silent = true;
      const mute: MysqlPool = {
        async getConnection() {
          const connection = await small.getConnection();
          return {
            query: (sql, values) =>
              silent && sql.includes('= @koa_wxpay') ? new Promise(() => {}) : connection.query(sql, values),
            execute: (sql, values) => connection.execute(sql, values),
            release: () => connection.release(),
            destroy: () => connection.destroy(),
          };
        },
      };
      expect(await mysqlOnce(mute)(claim('mute'), nothing)).toBe('ran');
      silent = false;
      expect(await mysqlOnce(mute)(claim('mute'), never)).toBe('already');
      await small.end();
    });

    test('after a kill and a restart of the server the next copy settles', async () => {
      const once = mysqlOnce(pool);
      let restarted: Promise<unknown> | undefined;
      const begun = once(claim('restart'), async (tx) => {
        await tx.query(`insert into effects values ('restart', null)`);
        restarted = server.restart();
        await restarted;
      });
      await expect(begun).rejects.toMatchObject({ code: 'ERR_WXPAY_STORE_FAILED' });
      await restarted;
      const write = async (tx: MysqlTx) => void (await tx.query(`insert into effects values ('restart', null)`));
      let outcome = 'none';
      while (outcome !== 'ran') outcome = await once(claim('restart'), write).catch(() => 'failed');
      expect(await count('restart')).toBe(1);
    });
  });
});

test('a pool that speaks callbacks is refused, with the way to make it speak promises', () => {
  const callbacks = mysql.createPool({ host: '127.0.0.1', port: 1 });
  expect(() => mysqlOnce(callbacks as never)).toThrow('"pool" must be a pool of "mysql2/promise"');
  expect(() => mysqlOnce(undefined as never)).toThrow(TypeError);
});
