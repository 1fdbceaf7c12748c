import { MINUTE, pause, SECOND } from '../util/clock.js';
import { milliseconds } from '../util/milliseconds.js';
import { matching, type Rules, readOptions, withDefault } from '../util/options.js';
import { TIMED_OUT, withTimeout } from '../util/with-timeout.js';
import { HandlerFailure, handOver } from './handler-failure.js';
import { LOCK_WAIT } from './lock-wait.js';
import type { Claim, Once, OnceOutcome } from './once.js';
import { codeOf, isStoreFailed, reasonOf, storeFailed } from './store-error.js';

/** What a lease store answers to a claim. */
export type LeaseClaim =
  | { state: 'acquired'; fence: string; attempt: number }
  | { state: 'done' }
  | { state: 'busy'; retryAfter: number }
  | { state: 'conflict'; stored: string };

/**
 * A store that cannot share a transaction with the effect. Each operation is atomic and uses the
 * store's own clock. `renew`, `complete` and `release` compare the fence and resolve to `false`
 * when the lease belongs to another holder.
 */
export interface LeaseStore {
  /** Claims a key for `leaseTime` milliseconds. */
  claim(key: string, fingerprint: string, leaseTime: number): Promise<LeaseClaim>;
  /** Extends the lease to `leaseTime` milliseconds from now. */
  renew(key: string, fence: string, leaseTime: number): Promise<boolean>;
  /**
   * Records that the work is done.
   *
   * @returns `false` when the lease was lost
   */
  complete(key: string, fence: string): Promise<boolean>;
  /** Gives the lease up after the handler failed, so that the key can be claimed at once. */
  release(key: string, fence: string, reason: string): Promise<boolean>;
}

/** What the handler gets instead of a transaction. */
export interface LeaseTx {
  /** Identifies this run. A later run has another fence. */
  fence: string;
  /** 1 for the first run. From 2 on, an earlier run may have had its effect. */
  attempt: number;
  /** Aborted when the lease could not be renewed: another process may be running the handler. */
  signal: AbortSignal;
}

/** Options of {@link leaseOnce}. */
export interface LeaseOnceOptions {
  /**
   * Milliseconds for which a key stays claimed when its process dies. It is renewed at a third of
   * this time.
   *
   * @default 30_000
   */
  leaseTime?: number;
  /** Milliseconds after which a handler that has not settled loses its lease. @default 60_000 */
  handlerTimeout?: number;
  /** How errors name the store. @default 'lease store' */
  name?: string;
}

const RULES = {
  leaseTime: withDefault(milliseconds(3), 30 * SECOND),
  handlerTimeout: withDefault(milliseconds(), MINUTE),
  name: withDefault(matching(/./, 'what errors call the store'), 'lease store'),
} satisfies Rules<LeaseOnceOptions>;

/** Milliseconds between two claims of a key that another process holds. */
const LOOK_AGAIN = 100;

/**
 * A `once` over leases: a key has one holder at a time, and it is recorded as done only after the
 * handler has settled.
 *
 * The effect is not in the same transaction. When a process dies between the effect and its
 * completion, or loses its lease, the handler runs again. Guard the effect with a conditional
 * update (`update … where state = 'pending'`), or complete the lease first, inside your own
 * transaction.
 *
 * @param store such as the one of `redisLeases`, or your own
 * @throws {TypeError} for a wrong option
 * @throws {WxpayError} `ERR_WXPAY_STORE_FAILED` from the returned function, when the store failed
 * or the lease was lost. What the handler throws is thrown unchanged.
 * @example
 * const once = leaseOnce(redisLeases(client), { leaseTime: 30_000, name: 'Redis' });
 */
export function leaseOnce(store: LeaseStore, options: LeaseOnceOptions = {}): Once<LeaseTx> {
  const { leaseTime, handlerTimeout, name } = readOptions('leaseOnce', options, RULES);

  return async function leaseOnce({ key, fingerprint, signal }: Claim, work): Promise<OnceOutcome> {
    const giveUpAt = performance.now() + LOCK_WAIT;
    const left = (): number => giveUpAt - performance.now();
    let busy = false;
    while (!signal.aborted) {
      const claiming = ask(name, 'claim', () => store.claim(key, fingerprint, leaseTime));
      const claim = await withTimeout(claiming, left(), signal);
      if (claim === TIMED_OUT) {
        claiming.then((late) => giveBack(store, key, late)).catch(() => {});
        if (busy || signal.aborted) return 'busy';
        throw storeFailed(name, `claim: no answer within ${LOCK_WAIT} ms`);
      }
      switch (claim.state) {
        case 'done':
          return 'already';
        case 'conflict':
          return 'conflict';
        case 'busy':
          if (left() <= 0) return 'busy';
          busy = true;
          await pause(Math.min(left(), LOOK_AGAIN, Math.max(1, claim.retryAfter)), signal);
          break;
        case 'acquired':
          if (signal.aborted) {
            await giveBack(store, key, claim);
            return 'busy';
          }
          await hold({ store, key, name, leaseTime, handlerTimeout, ...claim }, work);
          return 'ran';
        default:
          throw storeFailed(name, `"claim" answered ${JSON.stringify(claim)}`);
      }
    }
    return 'busy';
  };
}

interface Held extends Required<LeaseOnceOptions> {
  store: LeaseStore;
  key: string;
  fence: string;
  attempt: number;
}

/** Runs the handler under a lease that is renewed meanwhile, and completes the lease afterwards. */
async function hold(held: Held, work: (tx: LeaseTx) => Promise<void>): Promise<void> {
  const { store, key, fence, attempt, name, handlerTimeout } = held;
  const renewal = keepRenewing(held);
  try {
    const running = handOver(work, { fence, attempt, signal: renewal.signal });
    if ((await withTimeout(running, handlerTimeout)) === TIMED_OUT) {
      renewal.lose(`the handler did not settle within ${handlerTimeout} ms`);
      throw renewal.signal.reason;
    }
    // The lease is still renewed here: it must not lapse while a slow store records that the work
    // is done.
    const completing = ask(name, 'complete', () => store.complete(key, fence));
    const completed = await withTimeout(completing, handlerTimeout);
    if (completed === TIMED_OUT) throw storeFailed(name, 'complete: no answer');
    if (!completed) throw storeFailed(name, 'lease lost');
  } catch (error) {
    if (!(error instanceof HandlerFailure)) throw error;
    // If the release fails, the lease lapses by itself.
    await ask(name, 'release', () => store.release(key, fence, describe(error.thrown))).catch(() => {});
    throw error.thrown;
  } finally {
    renewal.end();
  }
}

function keepRenewing({ store, key, fence, leaseTime, name }: Held): {
  signal: AbortSignal;
  lose(why: string): void;
  end(): void;
} {
  const control = new AbortController();
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  const third = Math.floor(leaseTime / 3);
  const lose = (why: string): void => control.abort(storeFailed(name, why));
  let until = performance.now() + leaseTime;
  const renew = async (): Promise<void> => {
    const asked = performance.now();
    const renewing = ask(name, 'renew', () => store.renew(key, fence, leaseTime));
    const renewed = await withTimeout(renewing, third, control.signal).catch(() => TIMED_OUT);
    if (ended || control.signal.aborted) return;
    if (renewed === true) until = asked + leaseTime;
    // An answer that is missing does not end the lease: it holds until its time is over.
    else if (renewed === false || performance.now() + third / 2 >= until) return lose('lease lost');
    timer = setTimeout(renew, renewed === true ? third : third / 4);
  };
  timer = setTimeout(renew, third);
  return {
    signal: control.signal,
    lose,
    end() {
      ended = true;
      clearTimeout(timer);
    },
  };
}

async function giveBack(store: LeaseStore, key: string, claim: LeaseClaim): Promise<void> {
  if (claim.state === 'acquired') await store.release(key, claim.fence, 'given up before the start').catch(() => false);
}

async function ask<T>(name: string, operation: string, question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    throw isStoreFailed(error) ? error : storeFailed(name, `${operation}: ${reasonOf(error)}`, error);
  }
}

/**
 * The kind of an error. Its message is left out, because it may hold what does not belong in a
 * store.
 */
const describe = (thrown: unknown): string =>
  codeOf(thrown) ?? (thrown instanceof Error ? thrown.name : `thrown ${typeof thrown}`);
