import { WxpayError } from '../core/errors.js';
import type { Claim, Once, OnceOutcome } from '../once/once.js';
import { isHandlerFailed } from '../once/statements.js';
import { isStoreFailed } from '../once/store-error.js';
import { printable } from '../util/printable.js';

/**
 * Runs `work` through `once` and checks what `once` does with it. An unknown outcome is a failure
 * of the store, and so is work that was not run, was run twice or was not awaited: none of them is
 * acknowledged.
 *
 * @throws {WxpayError} `ERR_WXPAY_HANDLER_FAILED`, `ERR_WXPAY_STORE_FAILED`, `ERR_WXPAY_BUSY`,
 * `ERR_WXPAY_CONFLICT`
 */
export async function runOnce<Tx>(
  once: Once<Tx>,
  claim: Claim,
  work: (tx: Tx) => Promise<void>,
  { repeatable }: { repeatable: boolean },
): Promise<'ran' | 'already'> {
  let state: 'idle' | 'running' | 'done' = 'idle';
  let failure: { error: unknown } | undefined;
  let answered = false;
  const watched = async (tx: Tx): Promise<void> => {
    if (answered) throw storeFailed(claim, 'it called work after it had answered');
    if (state === 'running' || (state === 'done' && !repeatable)) {
      throw storeFailed(claim, 'it called work twice: the rest of a middleware chain can run only once; give "fulfil"');
    }
    state = 'running';
    failure = undefined;
    try {
      await work(tx);
    } catch (error) {
      failure = { error };
      throw error;
    } finally {
      state = 'done';
    }
  };
  const outcome = await outcomeOf(once, claim, watched, () => failure).finally(() => {
    answered = true;
  });
  if (failure) throw handlerFailed(claim, (failure as { error: unknown }).error);
  if ((state as string) === 'running') throw storeFailed(claim, `it answered '${outcome}' before work had settled`);
  if (outcome === 'ran' && state === 'idle') throw storeFailed(claim, "it answered 'ran' without calling work");
  return checkOutcome(claim, outcome);
}

/**
 * Asks `once` whether it recorded an effect, without running one: when work throws, nothing is
 * recorded.
 *
 * @throws {WxpayError} `ERR_WXPAY_STORE_FAILED`, `ERR_WXPAY_BUSY`, `ERR_WXPAY_CONFLICT`
 */
export async function isRemembered<Tx>(once: Once<Tx>, claim: Claim): Promise<boolean> {
  let called = false;
  const notRemembered = new Error('not remembered: the transaction is rolled back');
  const work = async (): Promise<void> => {
    called = true;
    throw notRemembered;
  };
  try {
    const outcome = checkOutcome(claim, await once(claim, work));
    if (called || outcome === 'ran') throw storeFailed(claim, `it answered '${outcome}' although work had thrown`);
    return true;
  } catch (error) {
    if (called && error === notRemembered) return false;
    throw error instanceof WxpayError ? error : storeFailed(claim, 'it threw', error);
  }
}

async function outcomeOf<Tx>(
  once: Once<Tx>,
  claim: Claim,
  work: (tx: Tx) => Promise<void>,
  failure: () => { error: unknown } | undefined,
): Promise<OnceOutcome> {
  try {
    return await once(claim, work);
  } catch (error) {
    const handler = failure();
    if (handler) throw handlerFailed(claim, handler.error);
    if (isStoreFailed(error) || isHandlerFailed(error)) throw error;
    throw storeFailed(claim, 'it threw', error);
  }
}

function checkOutcome(claim: Claim, outcome: unknown): 'ran' | 'already' {
  switch (outcome) {
    case 'ran':
    case 'already':
      return outcome;
    case 'busy':
      throw new WxpayError(
        'ERR_WXPAY_BUSY',
        `${claim.key} is being settled by another copy, or no connection to the store was free`,
        { status: 503 },
      );
    case 'conflict':
      throw new WxpayError(
        'ERR_WXPAY_CONFLICT',
        `${claim.key} was settled by another payment than ${claim.fingerprint}`,
        {
          status: 503,
        },
      );
    default:
      throw storeFailed(claim, `it answered ${printable(outcome)}, not 'ran', 'already', 'busy' or 'conflict'`);
  }
}

const handlerFailed = ({ key }: Claim, cause: unknown): WxpayError =>
  isHandlerFailed(cause)
    ? cause
    : new WxpayError('ERR_WXPAY_HANDLER_FAILED', `the handler failed for ${key}: ${printable(cause)}`, {
        status: 503,
        cause,
      });

const storeFailed = ({ key }: Claim, reason: string, cause?: unknown): WxpayError =>
  new WxpayError('ERR_WXPAY_STORE_FAILED', `"once" failed for ${key}: ${reason}`, { status: 503, cause });
