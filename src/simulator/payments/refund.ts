import type { LedgerOrder } from '../ledger/order.js';
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
  if (!accepted.repeated) completeLater(state, accepted.refund);
  return accepted.refund;
}

/** Completes a refund after the delay that is set, with the outcome that is set then. */
export function completeLater(state: SimulatorState, refund: LedgerRefund): void {
  const { clock, switches } = state;
  clock.after(switches.refund.delay, () => complete(state, refund, switches.refund.outcome));
}

/** Completes a refund. Resolves when the first attempt of its notification has ended. */
async function complete(
  state: SimulatorState,
  refund: LedgerRefund,
  outcome: RefundState,
): Promise<void> {
  state.refunds.setState(refund, outcome);
  if (state.switches.refund.notification === 'never') return;
  const notification = refundNotification(state, refund);
  if (notification) await state.deliveries.send(notification);
}

/**
 * Refunds in the merchant platform, which is done at once.
 *
 * @throws {TypeError} when the order is not paid, or the amount is not available
 */
export function refundByHand(state: SimulatorState, order: LedgerOrder, amount: number): void {
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
  void complete(state, accepted.refund, 'SUCCESS');
}
