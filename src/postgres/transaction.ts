import type { OnceOutcome } from '../once/once.js';
import { answered, CommitUnknown, inSession, type Session, type Steps } from '../once/sql-session.js';

/** Runs one statement inside the transaction. */
export type PgQuery = (text: string, values?: unknown[]) => Promise<PgAnswer>;

/** The answer to a statement, as `pg` returns it. */
export interface PgAnswer {
  rows: unknown[];
  rowCount: number | null;
  command?: string;
}

/**
 * What `postgresOnce` needs of a pool of `pg`. A wrapper around a pool may return a promise and
 * never call the callback.
 */
export interface PgPool {
  // biome-ignore lint/suspicious/noConfusingVoidType: what pg's own types say
  connect(callback: (error: Error | undefined, client: PgPoolClient | undefined) => void): Promise<PgPoolClient> | void;
}

/** What `postgresOnce` needs of a client that a pool of `pg` hands out. */
export interface PgPoolClient {
  query(text: string, values?: unknown[]): Promise<PgAnswer>;
  release(destroy?: Error | boolean): void;
  on?(event: 'error', listener: (error: Error) => void): unknown;
  removeListener?(event: 'error', listener: (error: Error) => void): unknown;
}

/** The steps of a transaction, which run statements. */
export type PgSteps = Steps<PgQuery>;

/**
 * Runs one transaction: it is committed after all steps, and rolled back when the claim is refused
 * or a step throws.
 */
export type Transact = (signal: AbortSignal, steps: PgSteps) => Promise<OnceOutcome>;

/** Transactions on clients of a pool of `pg`. */
export const onPool =
  (pool: PgPool, idleTimeout: number): Transact =>
  (signal, steps) =>
    inSession(() => checkOut(pool, idleTimeout), signal, {
      claim: ({ query }) => steps.claim(query),
      work: ({ query }) => steps.work((text, values) => answered(query(text, values), idleTimeout)),
      check: ({ query }) => steps.check(query),
    });

/**
 * Runs one statement on a client that is checked out for it. After a failure that is not a refusal
 * of the server, the client is destroyed.
 */
export async function onClient(pool: PgPool, text: string, values: unknown[]): Promise<PgAnswer> {
  const connecting = checkOut(pool, 0);
  const session = await answered(connecting).catch((error) => {
    connecting.then((late) => late.giveBack()).catch(() => {});
    throw error;
  });
  let broken: Error | undefined;
  try {
    return await answered(session.query(text, values));
  } catch (error) {
    if (!isRefusal(error)) broken = error as Error;
    throw error;
  } finally {
    session.giveBack(broken);
  }
}

/**
 * Checks a client out by the callback, not by the promise. The error of a dying server can arrive
 * in the same packet as the answer that freed the client, before a promise resolves. Without a
 * listener at that moment it ends the process.
 */
function checkOut(pool: PgPool, idleTimeout: number): Promise<PgSession> {
  return new Promise((resolve, reject) => {
    let taken: PgPoolClient | undefined;
    // A wrapper may answer both ways: with the same client, with another one, or with none.
    const take = (client: PgPoolClient | undefined): void => {
      if (!client || client === taken) return;
      if (taken) {
        client.release();
        return;
      }
      taken = client;
      try {
        resolve(new PgSession(client, idleTimeout));
      } catch (error) {
        reject(error);
      }
    };
    const answered = pool.connect((error, client) => (error ? reject(error) : take(client)));
    if (answered) answered.then(take, reject);
  });
}

/** Whether the server refused a statement and goes on. */
const isRefusal = (error: unknown): boolean => (error as { severity?: unknown }).severity === 'ERROR';

class PgSession implements Session {
  readonly #client: PgPoolClient;
  readonly #idleTimeout: number;
  #listener = (error: Error): void => {
    this.#early = error;
  };
  #early: Error | undefined;
  readonly #heard = (error: Error): void => this.#listener(error);

  constructor(client: PgPoolClient, idleTimeout: number) {
    this.#client = client;
    this.#idleTimeout = idleTimeout;
    client.on?.('error', this.#heard);
  }

  readonly query: PgQuery = (text, values) => this.#client.query(text, values);

  // A server that commits without flushing would let us acknowledge what a crash of it loses.
  begin(left: number): Promise<unknown> {
    return this.query(
      `begin isolation level read committed read write;
      set local lock_timeout = ${Math.max(1, Math.ceil(left))};
      set local idle_in_transaction_session_timeout = ${this.#idleTimeout};
      select set_config('synchronous_commit', 'on', true)
       where current_setting('synchronous_commit') = 'off'`,
    );
  }

  async commit(): Promise<void> {
    const { command } = await this.query('commit').catch((cause: Error) => {
      // An answer of the server (for instance a deferred constraint) means that it was rolled back.
      // Only without an answer the outcome is unknown.
      throw isRefusal(cause) ? cause : new CommitUnknown(cause);
    });
    if (command !== undefined && command !== 'COMMIT') throw new Error(`commit was answered with ${command}`);
  }

  rollback(): Promise<unknown> {
    return this.query('rollback');
  }

  // Every setting is local to the transaction.
  async tidy(): Promise<void> {}

  giveBack(broken?: Error): void {
    this.#client.release(broken ?? this.#early);
    this.#client.removeListener?.('error', this.#heard);
  }

  onLost(listener: (error: Error) => void): void {
    if (this.#early) listener(this.#early);
    this.#listener = listener;
  }

  offLost(): void {
    this.#listener = () => {};
  }
}
