import type { Wxpay } from '../client/types.js';
import { WxpayError } from '../core/errors.js';
import { checkMerchant, checkTotal } from '../core/order-rules.js';
import type { Order } from '../core/vocabulary.js';
import type { FindOrder } from './types.js';

/**
 * Looks up the host's order with this number and checks it.
 *
 * @throws {WxpayError} `ERR_WXPAY_UNKNOWN_ORDER` when there is none, `ERR_WXPAY_ORDER_INVALID` when
 * another order was returned, `ERR_WXPAY_STORE_FAILED` when `findOrder` failed
 */
export async function lookUpOrder(
  { findOrder, wxpay }: { findOrder: FindOrder; wxpay: Wxpay },
  out_trade_no: string,
  ctx: unknown,
): Promise<Order> {
  const order = await find(findOrder, out_trade_no, ctx);
  if (order === null || order === undefined) {
    const why = order === undefined ? ' (it returned undefined: is a "return" missing?)' : '';
    throw new WxpayError('ERR_WXPAY_UNKNOWN_ORDER', `findOrder knows no order ${out_trade_no}${why}`);
  }
  // A case-insensitive collation finds A1 when a1 was asked for.
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

async function find(findOrder: FindOrder, out_trade_no: string, ctx: unknown): Promise<Order | null | undefined> {
  try {
    return await findOrder(out_trade_no, ctx);
  } catch (cause) {
    throw new WxpayError('ERR_WXPAY_STORE_FAILED', `findOrder failed for ${out_trade_no}`, { status: 503, cause });
  }
}
