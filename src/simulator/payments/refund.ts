import { findPerson } from '../accounts/person.js';
import type { LedgerOrder, OrderStep } from '../ledger/order.js';
import type { LedgerRefund, RefundRefusal, RefundRequest, RefundState } from '../ledger/refunds.js';
import { refundNotification } from '../messages/notifications.js';
import type { SimulatorState } from '../state.js';

/** Why a request for a refund was refused. */
export type RefundFailure = RefundRefusal | 'not enough' | 'too frequent';

/** Accepts a refund, which ends later and is then notified. */
export function refund(
  state: SimulatorState,
  request: RefundRequest,
): LedgerRefund | { refused: RefundFailure } {
  const { refunds, switches } = state;
  const { mchid, sub_mchid } = request.order;
  if (switches.refund.limiter && refunds.isLimited(mchid)) return { refused: 'too frequent' };
  if (switches.refund.notEnough && !refunds.find(mchid, request.out_refund_no, sub_mchid)) {
    return { refused: 'not enough' };
  }
  const accepted = refunds.accept(request);
  if ('refused' in accepted) {
    refunds.countFailure(mchid);
    return accepted;
  }
  if (!accepted.repeated) {
    noteRefund(state, accepted.refund, 'refund accepted');
    completeLater(state, accepted.refund);
  }
  return accepted.refund;
}

/** Completes a refund after the delay that is set, with the outcome that is set then. */
export function completeLater(state: SimulatorState, refund: LedgerRefund): void {
  const { clock, switches } = state;
  completeAt(state, refund, clock.now() + switches.refund.delay);
}

/** Completes a refund at this time, with the outcome that is set then. */
export function completeAt(state: SimulatorState, refund: LedgerRefund, due: number): void {
  const { clock, switches, refunds } = state;
  refunds.setDue(refund, due);
  clock.at(due, () => complete(state, refund, switches.refund.outcome));
}

const noteRefund = (
  { ledger }: SimulatorState,
  { order, refund: amount, out_refund_no: detail }: LedgerRefund,
  step: OrderStep['step'],
): void => ledger.note(order, { step, amount, detail });

const ENDS: Record<RefundState, OrderStep['step'] | undefined> = {
  PROCESSING: undefined,
  SUCCESS: 'refund succeeded',
  CLOSED: 'refund closed',
  ABNORMAL: 'refund abnormal',
};

/** Completes a refund. Resolves when the first attempt of its notification has ended. */
async function complete(
  state: SimulatorState,
  refund: LedgerRefund,
  outcome: RefundState,
): Promise<void> {
  state.refunds.setState(refund, outcome);
  const step = ENDS[outcome];
  if (step) noteRefund(state, refund, step);
  if (outcome === 'SUCCESS') giveBack(state, refund);
  if (state.switches.refund.notification === 'never') return;
  const notification = refundNotification(state, refund);
  if (notification) await state.deliveries.send(notification);
}

/** Gives the money back to the payer. */
function giveBack({ people }: SimulatorState, { order, payer_refund }: LedgerRefund): void {
  const person = findPerson(people, order.appid, order.payment?.openid ?? '');
  if (person) people.credit(person, payer_refund);
}

/**
 * Refunds in the merchant platform, which is done at once.
 *
 * @throws {TypeError} when the order is not paid, or the amount is not available
 */
export function refundByHand(
  state: SimulatorState,
  order: LedgerOrder,
  amount: number,
): LedgerRefund {
  const { out_trade_no, payment, total } = order;
  if (!payment) throw new TypeError(`order ${out_trade_no} is not paid`);
  const available = total - order.refunded;
  if (!(Number.isSafeInteger(amount) && amount >= 1 && amount <= available)) {
    throw new TypeError(
      `${amount} fen cannot be refunded: refund whole fen, at most the ${available} that order ` +
        `${out_trade_no} has left`,
    );
  }
  const accepted = state.refunds.accept({
    by: 'hand',
    order,
    out_refund_no: `${payment.transaction_id}-${state.refunds.ofOrder(order).length + 1}`,
    refund: amount,
    total,
    funds_account: 'UNSETTLED',
  });
  if ('refused' in accepted) {
    throw new TypeError(`the refund of order ${out_trade_no} was refused: ${accepted.refused}`);
  }
  noteRefund(state, accepted.refund, 'refund accepted');
  void complete(state, accepted.refund, 'SUCCESS');
  return accepted.refund;
}
