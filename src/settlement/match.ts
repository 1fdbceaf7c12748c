import type { Wxpay } from '../client/wxpay.js';
import { VerificationError, WxpayError } from '../core/errors.js';
import { checkMerchant, checkTotal, currencyOf, stateOf } from '../core/order-rules.js';
import type { Notice, Order } from '../core/vocabulary.js';
import { printable } from '../util/printable.js';
import type { FindOrder } from './types.js';

export interface Facts {
  out_trade_no: string;
  total: number;
  currency: string;
}

export const factsOf = (notice: Notice): Facts => {
  const { out_trade_no, amount } = notice.type === 'payment.success' ? notice.payment : notice.refund;
  return { out_trade_no, total: amount.total, currency: amount.currency };
};

/**
 * The host's order for these facts.
 *
 * @throws WxpayError `ERR_WXPAY_UNKNOWN_ORDER`; `ERR_WXPAY_ORDER_INVALID`: the lookup answered with something else than the
 * order asked for; `ERR_WXPAY_STORE_FAILED`: it threw
 */
export async function lookUp<Ctx>(
  findOrder: FindOrder<Ctx>,
  wxpay: Wxpay,
  out_trade_no: string,
  ctx?: Ctx,
): Promise<Order> {
  const order = await found(findOrder, out_trade_no, ctx);
  if (order === null || order === undefined) {
    const why = order === undefined ? ' (it returned undefined: is a "return" missing?)' : '';
    throw new WxpayError('ERR_WXPAY_UNKNOWN_ORDER', `findOrder knows no order ${out_trade_no}${why}`);
  }
  // a case-insensitive collation finds A1 when a1 was asked for
  if (typeof order !== 'object' || order.out_trade_no !== out_trade_no) {
    throw new WxpayError(
      'ERR_WXPAY_ORDER_INVALID',
      `findOrder(${JSON.stringify(out_trade_no)}) must return the order with that very "out_trade_no" (mind case and old numbers), or null`,
    );
  }
  checkTotal(order.amount?.total, 'amount.total');
  checkMerchant(order, wxpay);
  return order;
}

/** @throws VerificationError `ERR_WXPAY_AMOUNT_MISMATCH` */
export function checkAmount(order: Order, { total, currency }: Facts): void {
  if (order.amount.total === total && currencyOf(order) === currency) return;
  throw new VerificationError(
    'ERR_WXPAY_AMOUNT_MISMATCH',
    `order ${order.out_trade_no} is ${order.amount.total} fen ${currencyOf(order)} says findOrder, and ${total} fen ${currency} says WeChat`,
    { status: 500 },
  );
}

/**
 * What the order's state says about a payment.
 *
 * - `pending`: the payment is to be fulfilled.
 * - `duplicate`: this very payment paid the order.
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
      // API v2 copies verify for ever: one of the payment that was refunded since says nothing new.
      if (transaction_id === paidBy) return 'duplicate';
      return state === 'paid' ? 'second_payment' : 'order_closed';
    default:
      throw new WxpayError(
        'ERR_WXPAY_ORDER_INVALID',
        `"state" must be pending, paid, closed or refunded, not ${printable(state)}`,
      );
  }
}

async function found<Ctx>(
  findOrder: FindOrder<Ctx>,
  out_trade_no: string,
  ctx?: Ctx,
): Promise<Order | null | undefined> {
  try {
    return await findOrder(out_trade_no, ctx);
  } catch (cause) {
    throw new WxpayError('ERR_WXPAY_STORE_FAILED', `findOrder failed for ${out_trade_no}`, { status: 503, cause });
  }
}
