import { LOCK_WAIT } from '../once/lock-wait.js';
import type { OnceOutcome } from '../once/once.js';
import { TIMED_OUT, withTimeout } from '../util/with-timeout.js';
import type { PgQuery, Transact } from './transaction.js';

/** What `postgresOnce` needs of PGlite. */
export interface PgliteDatabase {
  transaction<T>(run: (tx: PgliteTransaction) => Promise<T>): Promise<T | undefined>;
}

/** What `postgresOnce` needs of a transaction of PGlite. */
export interface PgliteTransaction {
  query(
    text: string,
    values?: unknown[],
    options?: { rowMode?: 'array' | 'object' },
  ): Promise<{ rows: unknown[]; affectedRows?: number }>;
  rollback(): Promise<void>;
}

/**
 * Transactions on PGlite, which has one connection: they queue, and one whose turn comes too late
 * does nothing.
 */
export function onPglite(db: PgliteDatabase, idleTimeout: number): Transact {
  return async (signal, steps) => {
    const body = async (query: PgQuery): Promise<OnceOutcome> => {
      const refused = await steps.claim(query);
      if (refused !== undefined) return refused;
      await steps.work(query);
      await steps.check(query);
      return 'ran';
    };
    let state: 'waiting' | 'begun' | 'left' = 'waiting';
    let begin = (): void => {};
    const turn = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const finished = db.transaction(async (tx) => {
      if (state === 'left') return 'busy';
      state = 'begun';
      begin();
      const idle = idleLimit(idleTimeout);
      try {
        const outcome = await Promise.race([body(idle.watch(pgShape(tx))), idle.expired]);
        if (outcome !== 'ran') await tx.rollback();
        return outcome;
      } finally {
        idle.end();
      }
    });
    const waited = await withTimeout(Promise.race([turn, finished]), LOCK_WAIT, signal);
    if (waited === TIMED_OUT && state === 'waiting') {
      state = 'left';
      finished.catch(() => {});
      return 'busy';
    }
    return (await finished) ?? 'busy';
  };
}

const pgShape =
  (tx: PgliteTransaction): PgQuery =>
  async (statement, values) => {
    const { affectedRows, ...answer } = await tx.query(...pgliteArguments(statement, values));
    return { ...answer, rowCount: affectedRows || answer.rows.length };
  };

/**
 * Converts a statement to the arguments that PGlite takes. PGlite takes no statement as an object,
 * as `pg` does: one would leave its only connection in a transaction that nothing can end.
 *
 * @throws {TypeError} for a statement without a text
 */
function pgliteArguments(statement: unknown, given: unknown[] | undefined): Parameters<PgliteTransaction['query']> {
  if (typeof statement === 'string') return [statement, given];
  const { text, values, rowMode } = (statement ?? {}) as { text?: unknown; values?: unknown[]; rowMode?: 'array' };
  if (typeof text !== 'string') throw new TypeError('a statement must be a text, or an object { text, values }');
  return [text, given ?? values, rowMode === 'array' ? { rowMode } : {}];
}

/**
 * Ends a transaction that is idle for too long. PGlite has no server to do that, and an idle
 * transaction delays every other one.
 */
function idleLimit(timeout: number): {
  expired: Promise<never>;
  watch(query: PgQuery): PgQuery;
  end(): void;
} {
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  let expire = (): void => {};
  const expired = new Promise<never>((_, reject) => {
    expire = () => reject(new Error(`the transaction was idle for ${timeout} ms`));
  });
  expired.catch(() => {});
  const restart = (): void => {
    if (!ended) timer = setTimeout(expire, timeout);
  };
  restart();
  let inFlight = 0;
  return {
    expired,
    watch: (query) => async (text, values) => {
      clearTimeout(timer);
      inFlight++;
      try {
        return await query(text, values);
      } finally {
        inFlight--;
        if (inFlight === 0) restart();
      }
    },
    end: () => {
      ended = true;
      clearTimeout(timer);
    },
  };
}
