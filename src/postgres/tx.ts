import { handOver } from '../once/handler-failure.js';
import { textOf } from '../once/sql-text.js';
import { printable } from '../util/printable.js';
import type { PgQuery } from './transaction.js';

/** The transaction the handler writes in. Its statements are refused once the handler has settled. */
export interface PgTx {
  // biome-ignore lint/suspicious/noExplicitAny: what a row holds is known to the handler's statement only
  query<R = any>(text: string, values?: unknown[]): Promise<{ rows: R[]; rowCount: number | null }>;
}

/** Statements after the handler has settled would run in somebody else's transaction, or in none. */
export async function handOverTx(query: PgQuery, work: (tx: PgTx) => Promise<void>): Promise<void> {
  let over: Error | undefined;
  const tx: PgTx = {
    async query<R>(text: string, values?: unknown[]) {
      if (!over && endsTransaction(text))
        over = new Error(`the handler must not end the transaction: ${printable(text)}`);
      if (over) throw over;
      const answer = await query(text, values);
      return { ...answer, rows: answer.rows as R[] };
    },
  };
  try {
    await handOver(work, tx);
    // also where the handler made nothing of it
    if (over) throw over;
  } finally {
    over ??= new Error('the transaction is over: await every statement inside the handler');
  }
}

/** Code that was written to run by itself brings its own `begin` and `commit`: the mark would be committed before the rest is. */
const endsTransaction = (statement: unknown): boolean =>
  textOf(statement)
    .replaceAll(NO_CODE, ' ')
    .split(';')
    .some((one) => ENDS.test(one));

/** Quoted text, quoted names, comments. */
const NO_CODE =
  /\be'(?:\\[\s\S]|[^'\\])*'|'[^']*'|"[^"]*"|(?<![\w$])\$(\w*)\$[\s\S]*?\$\1\$|--[^\n\r]*|\/\*[\s\S]*?\*\//gi;

const ENDS =
  /^\s*(?:begin|start\s+transaction|commit|end|abort|rollback(?!\s+(?:(?:work|transaction)\s+)?to\b)|prepare\s+transaction)\b/i;
