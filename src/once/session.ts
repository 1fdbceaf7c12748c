import type { OnceOutcome } from './once.js';
import { gaveUp, PATIENCE, within } from './store.js';

/** One connection of the host's pool, while it is ours. */
export interface Session {
  /** Begins; the claim may wait `left` milliseconds for a lock. */
  begin(left: number): Promise<unknown>;
  /** @throws CommitUnknown when nobody can say whether it was committed */
  commit(): Promise<void>;
  rollback(): Promise<unknown>;
  /** Back to the pool; with `broken`, destroyed instead. */
  giveBack(broken?: Error): void | Promise<void>;
  onLost(listener: (error: Error) => void): void;
  offLost(listener: (error: Error) => void): void;
}

/** The server did not answer `commit`: the effect may or may not be there, and the connection cannot be trusted. */
export class CommitUnknown extends Error {
  constructor(cause: Error) {
    super(`the outcome of commit is unknown: ${cause.message}`, { cause });
  }
}

/**
 * One transaction on a connection of a pool: committed when `body` answers `ran`, rolled back when it answers anything else
 * or throws. No connection within a second is `busy`; the one that comes later goes back unused.
 */
export async function inSession<S extends Session>(
  connect: () => Promise<S>,
  signal: AbortSignal,
  body: (session: S) => Promise<OnceOutcome>,
): Promise<OnceOutcome> {
  const giveUpAt = performance.now() + PATIENCE;
  const connecting = connect();
  const session = await within(PATIENCE, signal, connecting);
  if (session === gaveUp) {
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
  const rollback = async (): Promise<void> => {
    await Promise.race([session.rollback(), lost]).catch((error: Error) => {
      broken = error;
    });
  };
  try {
    await Promise.race([session.begin(giveUpAt - performance.now()), lost]);
    const outcome = await Promise.race([body(session), lost]);
    if (outcome === 'ran') await session.commit();
    else await rollback();
    return outcome;
  } catch (error) {
    if (error instanceof CommitUnknown) broken = error;
    else await rollback();
    throw error;
  } finally {
    await session.giveBack(broken);
    session.offLost(lose);
  }
}
