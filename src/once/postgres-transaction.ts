import type { OnceOutcome } from './once.js';
import { gaveUp, PATIENCE, within } from './store.js';

/** One statement inside the transaction. */
export type PgQuery = (text: string, values?: unknown[]) => Promise<PgAnswer>;

export interface PgAnswer {
  rows: unknown[];
  rowCount: number | null;
  command?: string;
}

/** What is asked of a `pg` pool. */
export interface PgPool {
  connect(): Promise<PgPoolClient>;
}

/** What is asked of a client checked out of a `pg` pool. */
export interface PgPoolClient {
  query(text: string, values?: unknown[]): Promise<PgAnswer>;
  release(destroy?: Error | boolean): void;
  on?(event: 'error', listener: (error: Error) => void): unknown;
  removeListener?(event: 'error', listener: (error: Error) => void): unknown;
}

/** What is asked of PGlite. */
export interface PgliteDatabase {
  transaction<T>(run: (tx: PgliteTransaction) => Promise<T>): Promise<T | undefined>;
}

export interface PgliteTransaction {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[]; affectedRows?: number }>;
  rollback(): Promise<void>;
}

/** One transaction: committed when `body` answers `ran`, rolled back when it answers anything else or throws. */
export type Transact = (signal: AbortSignal, body: (query: PgQuery) => Promise<OnceOutcome>) => Promise<OnceOutcome>;

/** Transactions on clients of a `pg` pool. A client that cannot be trusted any more is destroyed, never given back. */
export function onPool(pool: PgPool, idleTimeout: number): Transact {
  const begin = (left: number): string =>
    `begin isolation level read committed read write; set local lock_timeout = ${Math.max(1, Math.ceil(left))};
    set local idle_in_transaction_session_timeout = ${idleTimeout}`;

  return async (signal, body) => {
    const giveUpAt = performance.now() + PATIENCE;
    const connecting = pool.connect();
    const client = await within(PATIENCE, signal, connecting);
    if (client === gaveUp) {
      connecting.then(
        (late) => late.release(),
        () => {},
      );
      return 'busy';
    }

    const query: PgQuery = (text, values) => client.query(text, values);
    // A checked-out client has no listener of the pool's: without one of ours a lost connection would end the process.
    let lose = (_: Error): void => {};
    const lost = new Promise<never>((_, reject) => {
      lose = (error) => reject(new Error(`the connection was lost: ${error.message}`, { cause: error }));
    });
    lost.catch(() => {});
    client.on?.('error', lose);

    let broken: Error | undefined;
    const rollback = async (): Promise<void> => {
      await Promise.race([query('rollback'), lost]).catch((error: Error) => {
        broken = error;
      });
    };
    try {
      await Promise.race([query(begin(giveUpAt - performance.now())), lost]);
      const outcome = await Promise.race([body(query), lost]);
      if (outcome === 'ran') await commit(query);
      else await rollback();
      return outcome;
    } catch (error) {
      if (error instanceof CommitUnknown) broken = error;
      else await rollback();
      throw error;
    } finally {
      client.release(broken);
      client.removeListener?.('error', lose);
    }
  };
}

/** After this the client cannot be trusted either. */
class CommitUnknown extends Error {
  constructor(cause: Error) {
    super(`the outcome of commit is unknown: ${cause.message}`, { cause });
  }
}

async function commit(query: PgQuery): Promise<void> {
  const { command } = await query('commit').catch((cause: Error) => {
    // An answer of the server (a deferred constraint, say) means it was rolled back; only silence leaves it open.
    throw (cause as { severity?: string }).severity === 'ERROR' ? cause : new CommitUnknown(cause);
  });
  if (command !== undefined && command !== 'COMMIT') throw new Error(`commit was answered with ${command}`);
}

/** Transactions on PGlite, which has one connection: they queue, and a turn that comes too late does nothing. */
export function onPglite(db: PgliteDatabase, idleTimeout: number): Transact {
  return async (signal, body) => {
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
    const waited = await within(PATIENCE, signal, Promise.race([turn, finished]));
    if (waited === gaveUp && state === 'waiting') {
      state = 'left';
      finished.catch(() => {});
      return 'busy';
    }
    return (await finished) ?? 'busy';
  };
}

const pgShape =
  (tx: PgliteTransaction): PgQuery =>
  async (text, values) => {
    const { affectedRows, ...answer } = await tx.query(text, values);
    return { ...answer, rowCount: affectedRows || answer.rows.length };
  };

/** PGlite has no server to end an idle transaction, and an idle one holds up every other. */
function idleLimit(ms: number): {
  expired: Promise<never>;
  watch(query: PgQuery): PgQuery;
  end(): void;
} {
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  let expire = (): void => {};
  const expired = new Promise<never>((_, reject) => {
    expire = () => reject(new Error(`the transaction was idle for ${ms} ms`));
  });
  expired.catch(() => {});
  const restart = (): void => {
    if (!ended) timer = setTimeout(expire, ms);
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
