import { mkdir } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import type { PgliteDatabase, PgPool } from 'koa-wxpay/postgres';
import pg from 'pg';

/** The database of the shop: PostgreSQL, or else PGlite. Each statement runs in its own transaction. */
export interface Db {
  // biome-ignore lint/suspicious/noExplicitAny: what a row holds is known to the statement only
  query<Row = any>(text: string, values?: unknown[]): Promise<{ rows: Row[] }>;
  /** For `postgresOnce`, which begins its own transactions. */
  pool: PgPool | PgliteDatabase;
  close(): Promise<void>;
}

export async function openDatabase(options: { databaseUrl?: string | undefined; dataFolder: string }): Promise<Db> {
  return options.databaseUrl ? openPostgres(options.databaseUrl) : openPglite(options.dataFolder);
}

function openPostgres(connectionString: string): Db {
  const pool = new pg.Pool({ connectionString });
  // an idle connection that breaks is replaced; without a listener it would end the process
  pool.on('error', (error) => console.error(`database: ${error.message}`));
  return {
    query: (text, values) => pool.query(text, values) as never,
    pool,
    close: () => pool.end(),
  };
}

async function openPglite(folder: string): Promise<Db> {
  if (!folder.startsWith('memory://')) await mkdir(folder, { recursive: true });
  const db = await PGlite.create(folder);
  return {
    query: (text, values) => db.query(text, values) as never,
    pool: db,
    close: () => db.close(),
  };
}
