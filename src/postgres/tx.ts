import { handOver } from '../once/handler-failure.js';
import type { Claim } from '../once/once.js';
import { checkWatchable, textOf } from '../once/sql-text.js';
import { checkHandler, watchStatements } from '../once/statements.js';
import { printable } from '../util/printable.js';
import type { PgQuery } from './transaction.js';

/**
 * The transaction that the handler writes in. Its statements are refused once the handler has
 * settled.
 */
export interface PgTx {
  // biome-ignore lint/suspicious/noExplicitAny: what a row holds is known to the handler's statement only
  query<R = any>(text: string, values?: unknown[]): Promise<{ rows: R[]; rowCount: number | null }>;
}

/**
 * Gives the transaction to the handler until the handler has settled. A later statement would run
 * in the transaction of another claim, or outside any.
 *
 * @throws {HandlerFailure} what the handler threw, or that it did not use the transaction as the
 * claim requires
 */
export async function handOverTx(query: PgQuery, work: (tx: PgTx) => Promise<void>, claim: Claim): Promise<void> {
  let over: Error | undefined;
  const watch = watchStatements();
  async function run<R>(text: string, values: unknown[] | undefined) {
    if (!over && endsTransaction(text)) {
      over = new Error(`the handler must not end the transaction: ${printable(text)}`);
    }
    if (over) throw over;
    const answer = await watch.run(() => query(text, values));
    return { ...answer, rows: answer.rows as R[] };
  }
  const tx: PgTx = {
    query<R>(text: string, values?: unknown[], ...rest: unknown[]) {
      checkWatchable(text, values, ...rest);
      return run<R>(text, values);
    },
  };
  try {
    await handOver(work, tx);
    // The handler may have caught this error.
    if (over) throw over;
    checkHandler(watch, claim);
  } finally {
    over ??= new Error('the transaction is over: await every statement inside the handler');
  }
}

/**
 * Code with a `begin` and a `commit` of its own would commit the key before the rest of the effect.
 */
const endsTransaction = (statement: unknown): boolean =>
  textOf(statement)
    .replaceAll(NO_CODE, ' ')
    .split(';')
    .some((one) => ENDS.test(one));

/** Quoted texts in their three forms, quoted names, and the two kinds of comments. */
const NO_CODE = new RegExp(
  [
    /\be'(?:\\[\s\S]|[^'\\])*'/,
    /'[^']*'/,
    /(?<![\w$])\$(\w*)\$[\s\S]*?\$\1\$/,
    /"[^"]*"/,
    /--[^\n\r]*/,
    /\/\*[\s\S]*?\*\//,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gi',
);

/**
 * The beginnings of statements that begin or end a transaction. `rollback to` a savepoint does
 * neither.
 */
const BEGINNINGS = [
  'begin',
  'start\\s+transaction',
  'commit',
  'end',
  'abort',
  'rollback(?!\\s+(?:(?:work|transaction)\\s+)?to\\b)',
  'prepare\\s+transaction',
];
const ENDS = new RegExp(`^\\s*(?:${BEGINNINGS.join('|')})\\b`, 'i');
