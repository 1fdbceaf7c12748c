import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Claim, Once, OnceOutcome } from '../once/once.js';
import { pause } from '../util/clock.js';
import type { OnceSubject } from './once-subject.js';

/** A case before it has a store. */
export interface OnceCase<Tx> {
  name: string;
  /** Needs handlers of several keys to run at the same time. */
  parallel?: boolean;
  run(bench: Bench<Tx>): Promise<void>;
}

/** What a case works with. */
export interface Bench<Tx> extends OnceSubject<Tx> {
  elsewhere: Once<Tx>;
  /** Makes a handler that stops at a gate. The gates are opened after the case, however it ends. */
  gate(): Gate;
}

export interface Gate {
  work(): Promise<void>;
  open(): void;
  /** Waits until the handler runs. Fails when the copy that should run it is answered without. */
  begun(copy: Promise<OnceOutcome>): Promise<void>;
}

/** A handler that must not run, one that does nothing, and one that fails. */
export const never = async (): Promise<void> => assert.fail('the handler ran');
export const nothing = async (): Promise<void> => {};
export const refusal = new Error('the handler refuses');
export const refuse = async (): Promise<void> => {
  throw refusal;
};

/**
 * A copy whose outcome is looked at later. Its rejection is handled, in case the case fails before.
 */
export function copy(delivery: Promise<OnceOutcome>): Promise<OnceOutcome> {
  delivery.catch(() => {});
  return delivery;
}

/** Returns a key that was not used before, in the form that the settlement makes. */
export const newKey = (): string => `payment:1900000109:${randomBytes(10).toString('hex')}`;

export const FACTS = '4200001234202501010000000001|1990|CNY';
export const OTHER_FACTS = '4200001234202501010000000002|1990|CNY';

/** Returns a claim whose caller never stops waiting, unless another signal is given. */
export const claimOf = (key: string, rest: Partial<Claim> = {}): Claim => ({
  key,
  fingerprint: FACTS,
  signal: new AbortController().signal,
  ...rest,
});

export function gate(): Gate {
  let begin = (): void => {};
  let open = (): void => {};
  const began = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    async work() {
      begin();
      await opened;
    },
    open: () => open(),
    begun: (copy) =>
      Promise.race([began, copy.then((outcome) => assert.fail(`${outcome} was answered and the handler did not run`))]),
  };
}

/**
 * Delivers copies as WeChat does, until one is acknowledged. Handlers that throw are tried again.
 */
export async function untilSettled(deliver: () => Promise<OnceOutcome>): Promise<OnceOutcome> {
  for (let copy = 0; copy < 200; copy++) {
    const outcome = await deliver().catch(() => 'failed' as const);
    if (outcome === 'ran' || outcome === 'already') return outcome;
    await pause(5);
  }
  throw new Error('200 copies were delivered and none was acknowledged');
}

export const count = (outcomes: OnceOutcome[], outcome: OnceOutcome): number =>
  outcomes.filter((each) => each === outcome).length;
