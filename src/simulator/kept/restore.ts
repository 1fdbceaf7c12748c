import type { Issued } from '../accounts/codes.js';
import { completeAt } from '../payments/refund.js';
import type { SimulatorState } from '../state.js';
import type { Keeper, KeptList } from './keeper.js';

/**
 * Takes what an earlier run kept: orders, refunds, notifications and everything else. What was
 * under way goes on.
 *
 * @throws {TypeError} when it does not fit the merchants of this run
 */
export function restore(state: SimulatorState, { kept }: Keeper): void {
  for (const { id, value } of kept('merchant')) state.merchants.get(id)?.restore(value);
  for (const { id, value } of kept('account')) state.tokens.restore(id, value);
  for (const { value } of kept('person')) state.people.add(value);
  restoreIssued(state, kept('issued'));
  for (const { value } of kept('order')) {
    if (!state.merchants.has(value.mchid)) {
      throw new TypeError(
        `the data folder has orders of merchant ${value.mchid}, who is not configured: ` +
          'add the merchant again, or use another folder',
      );
    }
    state.ledger.restore(value);
  }
  restoreRefunds(state, kept('refund'));
  for (const { value } of kept('delivery')) state.deliveries.log.add(interrupted(value));
  for (const { value } of kept('notification')) {
    state.deliveries.resume(value.notification, value.next);
  }
}

function restoreIssued({ codes, people }: SimulatorState, kept: KeptList<'issued'>): void {
  for (const { id, value } of kept) {
    const person = people.get(value.person);
    if (person) codes.restore(id, { ...value, person } as Issued);
  }
}

function restoreRefunds(state: SimulatorState, kept: KeptList<'refund'>): void {
  for (const { value } of kept) {
    const order = state.ledger.findById(value.order);
    if (!order) continue;
    const refund = { ...value, order };
    state.refunds.restore(refund);
    if (refund.due !== undefined) completeAt(state, refund, refund.due);
  }
}

/** An attempt whose answer the simulator did not live to see. */
const interrupted = <Attempt extends { status?: number; error?: string }>(attempt: Attempt) =>
  attempt.status === undefined && attempt.error === undefined
    ? { ...attempt, error: 'the simulator ended' }
    : attempt;
