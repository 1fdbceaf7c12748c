import { TIMED_OUT, withTimeout } from '../util/with-timeout.js';
import { LOCK_WAIT } from './lock-wait.js';
import type { OnceOutcome } from './once.js';

/** One connection of the host's pool, while it is ours. */
export interface Session {
  /** Begins; the claim may wait `left` milliseconds for a lock. */
  begin(left: number): Promise<unknown>;
  /** @throws CommitUnknown when nobody can say whether it was committed */
  commit(): Promise<void>;
  rollback(): Promise<unknown>;
  /** Leaves the connection as it was found. */
  tidy(): Promise<unknown>;
  /** Back to the pool; with `broken`, destroyed instead. */
  giveBack(broken?: Error): void;
  onLost(listener: (error: Error) => void): void;
  offLost(listener: (error: Error) => void): void;
}

/** What happens between the beginning and the end of a transaction. */
export interface Steps<S> {
  /** `undefined`: the key is ours. */
  claim(session: S): Promise<Exclude<OnceOutcome, 'ran'> | undefined>;
  /** The handler; it takes as long as it takes. */
  work(session: S): Promise<void>;
  /** Throws when the claim would not be committed with what the handler has written. */
  check(session: S): Promise<void>;
}

/** The server did not answer `commit`: the effect may or may not be there, and the connection cannot be trusted. */
export class CommitUnknown extends Error {
  constructor(cause: Error) {
    super(`the outcome of commit is unknown: ${cause.message}`, { cause });
  }
}

/** After so long (ms) a statement that has no answer will have none: the network swallowed it, or the server hangs. */
const SILENCE = 10_000;

class Unanswered extends Error {
  constructor(timeout: number) {
    super(`no answer within ${timeout} ms`);
  }
}

/**
 * One transaction on a connection of a pool: committed when `work` is through, rolled back when the claim is refused or anything
 * throws. No connection within a second, or no transaction on it, is `busy`; one that comes later goes back unused.
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

  // A checked-out connection has no listener of the pool's: without one of ours its loss would end the process.
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

/** A statement is answered, or it is given up; a handler's own may take as much longer as it may be idle (ms). */
export async function answered<T>(statement: Promise<T>, longer = 0): Promise<T> {
  const timeout = SILENCE + longer;
  const answer = await withTimeout(statement, timeout);
  if (answer === TIMED_OUT) throw new Unanswered(timeout);
  return answer;
}
