import { WxpayError } from '../core/errors.js';
import { stateOf } from '../core/order-rules.js';
import type { Order } from '../core/vocabulary.js';
import { printable } from '../util/printable.js';

/**
 * What the order's state says about a payment.
 *
 * - `pending`: the payment must be fulfilled.
 * - `duplicate`: this payment paid the order.
 * - `unknown_payment`: the order was paid, and `findOrder` does not say by which payment.
 * - `second_payment`: another payment paid the order.
 * - `order_closed`: the order was closed, or refunded, before this payment.
 */
export type OrderState = 'pending' | 'duplicate' | 'unknown_payment' | 'second_payment' | 'order_closed';

/**
 * Compares the order's state with a payment of it.
 *
 * @param paidBy the payment's `transaction_id`
 * @throws {WxpayError} `ERR_WXPAY_ORDER_INVALID` for a state that is none of the four
 */
export function checkOrderState(order: Order, paidBy: string): OrderState {
  const { transaction_id } = order;
  const state = stateOf(order);
  switch (state) {
    case 'pending':
      return 'pending';
    case 'closed':
      return 'order_closed';
    case 'paid':
    case 'refunded':
      if (!transaction_id) return 'unknown_payment';
      // Copies of API v2 can be replayed for ever, also after the payment was refunded.
      if (transaction_id === paidBy) return 'duplicate';
      return state === 'paid' ? 'second_payment' : 'order_closed';
    default:
      throw new WxpayError(
        'ERR_WXPAY_ORDER_INVALID',
        `"state" must be pending, paid, closed or refunded, not ${printable(state)}`,
      );
  }
}
