import type { OnceOutcome } from './once.js';
import { CommitUnknown, inSession, type Session } from './session.js';

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

/** One transaction: committed when `body` answers `ran`, rolled back when it answers anything else or throws. */
export type Transact = (signal: AbortSignal, body: (query: PgQuery) => Promise<OnceOutcome>) => Promise<OnceOutcome>;

/** Transactions on clients of a `pg` pool. */
export const onPool =
  (pool: PgPool, idleTimeout: number): Transact =>
  (signal, body) =>
    inSession(
      () => checkOut(pool, idleTimeout),
      signal,
      (session) => body(session.query),
    );

/**
 * Through the callback, not the promise: a dying server's last words can lie in the same packet as the answer that freed the client
 * for us, and arrive before a promise has told anybody. Without a listener at that moment they end the process.
 */
function checkOut(pool: PgPool, idleTimeout: number): Promise<PgSession> {
  return new Promise((resolve, reject) => {
    const take = (client: PgPoolClient): void => resolve(new PgSession(client, idleTimeout));
    const answered = pool.connect((error, client) => (client ? take(client) : reject(error)));
    if (answered) answered.then(take, reject);
  });
}

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

  begin(left: number): Promise<unknown> {
    return this.query(
      `begin isolation level read committed read write; set local lock_timeout = ${Math.max(1, Math.ceil(left))};
      set local idle_in_transaction_session_timeout = ${this.#idleTimeout}`,
    );
  }

  async commit(): Promise<void> {
    const { command } = await this.query('commit').catch((cause: Error) => {
      // An answer of the server (a deferred constraint, say) means it was rolled back; only silence leaves it open.
      throw (cause as { severity?: string }).severity === 'ERROR' ? cause : new CommitUnknown(cause);
    });
    if (command !== undefined && command !== 'COMMIT') throw new Error(`commit was answered with ${command}`);
  }

  rollback(): Promise<unknown> {
    return this.query('rollback');
  }

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
