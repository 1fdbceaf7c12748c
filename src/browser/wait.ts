import { ask, isOver, type Settle } from './ask.js';

/** Milliseconds added to the pause between two questions, and the longest pause. */
const STEP = 500;
const LONGEST_PAUSE = 5_000;
/** After so many questions, about twenty seconds, the payer should be told that it takes long. */
const PATIENT_ASKS = 8;

export interface Waiting {
  signal?: AbortSignal | undefined;
  /** Called once when it takes long. */
  onLong?(): void;
  /** An order that is not paid now was refused by the cashier, and will not be paid by it. */
  refused?: boolean;
}

/** Asks the shop until it is known how the order ended. Rejects with the reason of the signal. */
export async function waitFor(settle: Settle, { signal, onLong, refused }: Waiting): Promise<'paid' | 'failed'> {
  for (let asked = 1; ; asked++) {
    const answer = await ask(settle);
    if (signal?.aborted) throw signal.reason;
    if (answer?.paid) return 'paid';
    // SUCCESS without "paid": another request is settling the order at this moment.
    if (answer && (isOver(answer) || (refused && answer.trade_state !== 'SUCCESS'))) return 'failed';
    if (asked === PATIENT_ASKS) onLong?.();
    await pause(Math.min(STEP * asked, LONGEST_PAUSE), signal);
  }
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', abort);
  });
}
