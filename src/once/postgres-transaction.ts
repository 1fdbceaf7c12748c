import type { OnceOutcome } from './once.js';
import { CommitUnknown, inSession, type Session } from './session.js';

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

/** One transaction: committed when `body` answers `ran`, rolled back when it answers anything else or throws. */
export type Transact = (signal: AbortSignal, body: (query: PgQuery) => Promise<OnceOutcome>) => Promise<OnceOutcome>;

/** Transactions on clients of a `pg` pool. */
export const onPool =
  (pool: PgPool, idleTimeout: number): Transact =>
  (signal, body) =>
    inSession(
      async () => new PgSession(await pool.connect(), idleTimeout),
      signal,
      (session) => body(session.query),
    );

class PgSession implements Session {
  readonly #client: PgPoolClient;
  readonly #idleTimeout: number;

  constructor(client: PgPoolClient, idleTimeout: number) {
    this.#client = client;
    this.#idleTimeout = idleTimeout;
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
    this.#client.release(broken);
  }

  onLost(listener: (error: Error) => void): void {
    this.#client.on?.('error', listener);
  }

  offLost(listener: (error: Error) => void): void {
    this.#client.removeListener?.('error', listener);
  }
}
