import { refundMessage } from '../notifications.js';
import type { World } from '../world.js';
import type { LedgerOrder } from './order.js';
import type { LedgerRefund, RefundRefusal, RefundRequest, RefundState } from './refunds.js';

export type RefundFailure = RefundRefusal | 'not enough' | 'too frequent';

/** Asks for a refund: accepted at once, done later, and then told. */
export function refund(world: World, request: RefundRequest): LedgerRefund | { refused: RefundFailure } {
  const { mchid, sub_mchid } = request.order;
  const { limiter, notEnough } = world.switches.refund;
  if (limiter && world.refunds.limited(mchid)) return { refused: 'too frequent' };
  if (notEnough && !world.refunds.find(mchid, request.out_refund_no, sub_mchid)) return { refused: 'not enough' };
  const accepted = world.refunds.accept(request);
  if ('refused' in accepted) {
    world.refunds.failed(mchid);
    return accepted;
  }
  if (!accepted.again) finishLater(world, accepted.refund);
  return accepted.refund;
}

/** Sets a refund on its way to its end. */
export function finishLater(world: World, refund: LedgerRefund): void {
  world.clock.after(world.switches.refund.delay, () => finish(world, refund, world.switches.refund.outcome));
}

/** Ends a refund and tells the merchant; resolves when it was told once. */
export async function finish(world: World, refund: LedgerRefund, state: RefundState): Promise<void> {
  world.refunds.turn(refund, state);
  const message = world.switches.refund.notification === 'after' && refundMessage(world, refund);
  if (message) await world.deliveries.post(message);
}

/** As somebody does it in the merchant platform: done at once. */
export function refundByHand(world: World, order: LedgerOrder, fen: number): void {
  if (!order.payment) throw new TypeError(`order ${order.out_trade_no} is not paid`);
  if (!(Number.isSafeInteger(fen) && fen >= 1 && order.refunded + fen <= order.total)) {
    throw new TypeError(`"fen" must be whole fen, at most the ${order.total - order.refunded} not yet refunded`);
  }
  const accepted = world.refunds.accept({
    by: 'hand',
    order,
    out_refund_no: `${order.payment.transaction_id}-${world.refunds.ofOrder(order).length + 1}`,
    refund: fen,
    total: order.total,
    funds_account: 'UNSETTLED',
  });
  if ('refused' in accepted) throw new TypeError(`the refund is refused: ${accepted.refused}`);
  void finish(world, accepted.refund, 'SUCCESS');
}
