import { setTimeout as sleep } from 'node:timers/promises';
import { createTable as createMysqlTable } from 'koa-wxpay/mysql';
import { createInboxTable, createTable as createPgTable } from 'koa-wxpay/postgres';
import type { RowDataPacket } from 'mysql2/promise';
import type { PrivateMariadb } from '../support/mariadb.js';
import type { PrivatePostgres } from '../support/postgres.js';
import { TOTAL } from './config.js';

/** The shop's books, read over connections that no server process shares. */
export interface Ledger {
  /** Orders, unpaid. */
  place(names: string[]): Promise<void>;
  /** Whether the order has a line. */
  has(out_trade_no: string): Promise<boolean>;
  /** Lines of the ledger by order, for all orders whose number begins so. */
  lines(prefix: string): Promise<Map<string, number>>;
  /** How often handlers began, by order, where they say so. */
  runs(prefix: string): Promise<Map<string, number>>;
  end(): Promise<void>;
}

type Run = (sql: string, values: string[]) => Promise<{ name: string; count: number | string }[]>;

const TABLES = (id: string): string[] => [
  `create table orders (out_trade_no varchar(64) primary key, total int not null, state varchar(16) not null default 'pending', transaction_id varchar(32))`,
  `create table ledger (id ${id} primary key, out_trade_no varchar(64) not null, pid int not null)`,
  'create index ledger_order on ledger (out_trade_no)',
  'create table runs (out_trade_no varchar(64) not null)',
  'create table markers (marker varchar(128) primary key)',
];

export async function postgresLedger(server: PrivatePostgres): Promise<Ledger> {
  const pool = server.pool({ max: 10 });
  for (const table of TABLES('serial')) await pool.query(table);
  await createPgTable(pool);
  await createInboxTable(pool);
  return ledgerOn(
    async (sql, values) => (await pool.query(sql, values)).rows,
    '$1',
    () => pool.end(),
  );
}

export async function mariadbLedger(server: PrivateMariadb): Promise<Ledger> {
  const pool = server.pool({ connectionLimit: 10 });
  for (const table of TABLES('int auto_increment')) await pool.query(table);
  await createMysqlTable(pool);
  const run: Run = async (sql, values) => {
    const [rows] = await pool.query<RowDataPacket[]>(sql, values);
    return rows as { name: string; count: number }[];
  };
  return ledgerOn(run, '?', () => pool.end());
}

function ledgerOn(run: Run, value: string, end: () => Promise<void>): Ledger {
  const counted = async (table: string, prefix: string): Promise<Map<string, number>> => {
    const sql = `select out_trade_no as name, count(*) as count from ${table} where out_trade_no like ${value} group by out_trade_no`;
    const rows = await patiently(() => run(sql, [`${prefix}%`]));
    return new Map(rows.map(({ name, count }) => [name, Number(count)]));
  };
  return {
    async place(names) {
      for (let from = 0; from < names.length; from += 500) {
        const rows = names.slice(from, from + 500).map((name) => `('${name}', ${TOTAL})`);
        await run(`insert into orders (out_trade_no, total) values ${rows.join()}`, []);
      }
    },
    async has(name) {
      const sql = `select out_trade_no as name, 1 as count from ledger where out_trade_no = ${value}`;
      return (await patiently(() => run(sql, [name]))).length > 0;
    },
    lines: (prefix) => counted('ledger', prefix),
    runs: (prefix) => counted('runs', prefix),
    end,
  };
}

const MOST_TRIES = 2_000;

/** Databases are restarted while we look: a question is asked until it is answered. */
async function patiently<T>(question: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await question();
    } catch (error) {
      if (tries === MOST_TRIES) throw error;
      await sleep(50);
    }
  }
}

export interface Audit {
  /** Acknowledged, and not in the ledger. */
  lost: number;
  /** More than once in the ledger. */
  doubled: number;
}

/** What the ledger says about orders, now that nothing is on its way any more. */
export async function audit(ledger: Ledger, prefix: string, names: string[]): Promise<Audit> {
  const lines = await ledger.lines(prefix);
  return {
    lost: names.filter((name) => !lines.has(name)).length,
    doubled: names.filter((name) => (lines.get(name) ?? 0) > 1).length,
  };
}
