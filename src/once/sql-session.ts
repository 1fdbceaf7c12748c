import { TIMED_OUT, withTimeout } from '../util/with-timeout.js';
import { LOCK_WAIT } from './lock-wait.js';
import type { OnceOutcome } from './once.js';

/** One connection of the host's pool, while the store uses it. */
export interface Session {
  /** Begins a transaction whose claim waits `left` milliseconds for a lock. */
  begin(left: number): Promise<unknown>;
  /** @throws {CommitUnknown} when the server did not say whether it committed */
  commit(): Promise<void>;
  rollback(): Promise<unknown>;
  /** Restores the settings that the connection had. */
  tidy(): Promise<unknown>;
  /** Returns the connection to the pool, or destroys it with `broken`. */
  giveBack(broken?: Error): void;
  onLost(listener: (error: Error) => void): void;
  offLost(listener: (error: Error) => void): void;
}

/** The steps between the beginning and the end of a transaction. */
export interface Steps<S> {
  /** Claims the key. `undefined` means that it was free. */
  claim(session: S): Promise<Exclude<OnceOutcome, 'ran'> | undefined>;
  /** Runs the handler, for as long as it takes. */
  work(session: S): Promise<void>;
  /** Throws when the claim would not be committed together with the handler's writes. */
  check(session: S): Promise<void>;
}

/**
 * The server did not answer `commit`: the effect may or may not be durable, and the connection
 * cannot be used again.
 */
export class CommitUnknown extends Error {
  constructor(cause: Error) {
    super(`the outcome of commit is unknown: ${cause.message}`, { cause });
  }
}

/**
 * Milliseconds after which a statement without an answer is given up: the network lost the answer,
 * or the server hangs.
 */
const SILENCE = 10_000;

class Unanswered extends Error {
  constructor(timeout: number) {
    super(`no answer within ${timeout} ms`);
  }
}

/**
 * Runs one transaction on a connection of a pool: it is committed after `work`, and rolled back
 * when the claim is refused or a step throws.
 *
 * @returns `busy` when there is no connection, or no transaction on it, within a second. A
 * connection that comes later is returned to the pool unused.
 */
export async function inSession<S extends Session>(
  connect: () => Promise<S>,
  signal: AbortSignal,
  steps: Steps<S>,
): Promise<OnceOutcome> {
  const giveUpAt = performance.now() + LOCK_WAIT;
  const left = (): number => giveUpAt - performance.now();
  const connecting = connect();
  const session = await withTimeout(connecting, LOCK_WAIT, signal);
  if (session === TIMED_OUT) {
    connecting.then((late) => late.giveBack()).catch(() => {});
    return 'busy';
  }

  // The pool does not listen to a connection that is checked out. Without a listener, the loss of
  // the connection would end the process.
  let lose = (_: Error): void => {};
  const lost = new Promise<never>((_, reject) => {
    lose = (error) => reject(new Error(`the connection was lost: ${error.message}`, { cause: error }));
  });
  lost.catch(() => {});
  session.onLost(lose);

  let broken: Error | undefined;
  const breakOff = (error: Error): void => {
    broken = error;
  };
  const rollback = (): Promise<unknown> => answered(Promise.race([session.rollback(), lost])).catch(breakOff);
  const end = async (): Promise<void> => {
    if (!broken) await answered(Promise.race([session.tidy(), lost])).catch(breakOff);
    session.giveBack(broken);
    session.offLost(lose);
  };

  const beginning = answered(Promise.race([session.begin(left()), lost]));
  if ((await withTimeout(beginning, left(), signal).catch(() => undefined)) === TIMED_OUT) {
    beginning.then(rollback, breakOff).then(end).catch(breakOff);
    return 'busy';
  }
  try {
    await beginning;
    const refused = await answered(Promise.race([steps.claim(session), lost]));
    if (refused !== undefined) {
      await rollback();
      return refused;
    }
    await Promise.race([steps.work(session), lost]);
    await answered(Promise.race([steps.check(session), lost]));
    await answered(session.commit()).catch((error: Error) => {
      throw error instanceof Unanswered ? new CommitUnknown(error) : error;
    });
    return 'ran';
  } catch (error) {
    if (error instanceof CommitUnknown || error instanceof Unanswered) breakOff(error);
    else await rollback();
    throw error;
  } finally {
    await end();
  }
}

/**
 * Waits for a statement's answer, and gives it up after ten seconds.
 *
 * @param longer milliseconds that a statement of the handler may take in addition
 */
export async function answered<T>(statement: Promise<T>, longer = 0): Promise<T> {
  const timeout = SILENCE + longer;
  const answer = await withTimeout(statement, timeout);
  if (answer === TIMED_OUT) throw new Unanswered(timeout);
  return answer;
}
