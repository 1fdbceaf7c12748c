import type { OnceOutcome } from '../once/once.js';
import { answered, CommitUnknown, inSession, type Session, type Steps } from '../once/sql-session.js';

/** One statement inside the transaction. */
export type PgQuery = (text: string, values?: unknown[]) => Promise<PgAnswer>;

export interface PgAnswer {
  rows: unknown[];
  rowCount: number | null;
  command?: string;
}

/** What is asked of a `pg` pool; a wrapper of one may answer with a promise and leave the callback alone. */
export interface PgPool {
  // biome-ignore lint/suspicious/noConfusingVoidType: what pg's own types say
  connect(callback: (error: Error | undefined, client: PgPoolClient | undefined) => void): Promise<PgPoolClient> | void;
}

/** What is asked of a client checked out of a `pg` pool. */
export interface PgPoolClient {
  query(text: string, values?: unknown[]): Promise<PgAnswer>;
  release(destroy?: Error | boolean): void;
  on?(event: 'error', listener: (error: Error) => void): unknown;
  removeListener?(event: 'error', listener: (error: Error) => void): unknown;
}

/** What happens in a transaction, told by its statements. */
export type PgSteps = Steps<PgQuery>;

/** One transaction: committed when all steps are through, rolled back when the claim is refused or one throws. */
export type Transact = (signal: AbortSignal, steps: PgSteps) => Promise<OnceOutcome>;

/** Transactions on clients of a `pg` pool. */
export const onPool =
  (pool: PgPool, idleTimeout: number): Transact =>
  (signal, steps) =>
    inSession(() => checkOut(pool, idleTimeout), signal, {
      claim: ({ query }) => steps.claim(query),
      work: ({ query }) => steps.work((text, values) => answered(query(text, values), idleTimeout)),
      check: ({ query }) => steps.check(query),
    });

/** One statement on a client of its own; one that gives another answer than the server's is not trusted with another. */
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
 * Through the callback, not the promise: a dying server's last words can lie in the same packet as the answer that freed the client
 * for us, and arrive before a promise has told anybody. Without a listener at that moment they end the process.
 */
function checkOut(pool: PgPool, idleTimeout: number): Promise<PgSession> {
  return new Promise((resolve, reject) => {
    let taken: PgPoolClient | undefined;
    // a wrapper may answer both ways: with the same client, with another one, or with nothing
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

/** The server refused a statement, and goes on. */
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

  // A server that commits without flushing would let us acknowledge what a crash forgets.
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
      // An answer of the server (a deferred constraint, say) means it was rolled back; only silence leaves it open.
      throw isRefusal(cause) ? cause : new CommitUnknown(cause);
    });
    if (command !== undefined && command !== 'COMMIT') throw new Error(`commit was answered with ${command}`);
  }

  rollback(): Promise<unknown> {
    return this.query('rollback');
  }

  // everything is set for the transaction only
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
