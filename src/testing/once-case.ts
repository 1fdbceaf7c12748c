import { randomBytes } from 'node:crypto';
import type { Claim, Once, OnceOutcome } from '../once/once.js';
import type { OnceSubject } from './once-contract.js';

/** A case before it has a store. */
export interface OnceCase<Tx> {
  name: string;
  /** Needs handlers of several keys to run at the same time. */
  parallel?: boolean;
  run(subject: OnceSubject<Tx> & { elsewhere: Once<Tx> }): Promise<void>;
}

/** A key nobody has used, of the form the settlement makes. */
export const newKey = (): string => `payment:1900000109:${randomBytes(10).toString('hex')}`;

export const FACTS = '4200001234202501010000000001|1990|CNY';
export const OTHER_FACTS = '4200001234202501010000000002|1990|CNY';

/** A claim whose caller never gives up, unless another signal is given. */
export const claimOf = (key: string, rest: Partial<Claim> = {}): Claim => ({
  key,
  fingerprint: FACTS,
  signal: new AbortController().signal,
  ...rest,
});

/** A handler that counts. `began` resolves at its first run; it goes on when `open` is called. */
export function gate(): { work: () => Promise<void>; began: Promise<void>; open(): void; runs(): number } {
  let runs = 0;
  let begin = (): void => {};
  let open = (): void => {};
  const began = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const work = async (): Promise<void> => {
    runs++;
    begin();
    await opened;
  };
  return { work, began, open: () => open(), runs: () => runs };
}

/** Redelivers as WeChat does: until the outcome is an acknowledgement. Handlers that throw are tried again. */
export async function untilSettled(deliver: () => Promise<OnceOutcome>): Promise<OnceOutcome> {
  for (let copy = 0; copy < 200; copy++) {
    const outcome = await deliver().catch(() => 'failed' as const);
    if (outcome === 'ran' || outcome === 'already') return outcome;
    await pause(5);
  }
  throw new Error('200 copies were delivered and none was acknowledged');
}

/** Between two looks at something that is awaited. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const count = (outcomes: OnceOutcome[], outcome: OnceOutcome): number =>
  outcomes.filter((each) => each === outcome).length;
