import type { Wxpay } from '../client/types.js';
import { apiMeaning, WxpayError } from '../core/errors.js';
import type { Order } from '../core/vocabulary.js';
import type { OrderQueries } from '../settlement/types.js';

/** What placing an order needs. */
export interface PlaceOptions<Answer> {
  wxpay: Wxpay;
  /** Places the order in one of the ways of paying. */
  place(order: Order): Promise<Answer>;
  /** Settles an order that turns out to be paid. */
  settlement?: OrderQueries | undefined;
  /**
   * Gives the order a fresh number, atomically: when another request was faster, return the number
   * that it gave. Old numbers must still find the order in `findOrder`. {@link nextTradeNo} makes
   * one.
   */
  reissue?: ((order: Order) => Promise<Order>) | undefined;
}

/** An order that was placed. */
export interface PlacedOrder<Answer> {
  /** The order as WeChat knows it. It has another number than before when it was reissued. */
  order: Order;
  answer: Answer;
}

/**
 * Places an order. When WeChat refuses its number because the price, payer or way of paying
 * changed, or because it was closed, the old number is closed and the order is placed once more
 * under a fresh one. A number that is paid is settled, and never charged again.
 *
 * @throws {WxpayError} `ERR_WXPAY_ORDER_PAID`, `ERR_WXPAY_ORDER_CHANGED`, `ERR_WXPAY_ORDER_CLOSED`
 * (409), and what `place` throws
 */
export async function placeOrder<Answer>(order: Order, options: PlaceOptions<Answer>): Promise<PlacedOrder<Answer>> {
  const { wxpay, place, reissue, settlement } = options;
  if (order.time_expire instanceof Date && order.time_expire.getTime() <= wxpay.now()) {
    throw new WxpayError('ERR_WXPAY_ORDER_NOT_PAYABLE', `order ${order.out_trade_no} expired`, { status: 409 });
  }
  try {
    return { order, answer: await place(order) };
  } catch (error) {
    const meaning = apiMeaning(error);
    if (meaning === 'order_paid') throw await paid(order, settlement, error);
    if (meaning !== 'order_changed' && meaning !== 'order_closed') throw error;
    if (!reissue || !settlement) throw notReissued(order, meaning, error);
    if (meaning === 'order_changed') await close(order, wxpay, settlement);
    const fresh = await reissue(order);
    checkFresh(order, fresh);
    return { order: fresh, answer: await place(fresh) };
  }
}

/** The old number must not be payable any more before a fresh one exists. */
async function close(order: Order, wxpay: Wxpay, settlement: OrderQueries): Promise<void> {
  try {
    await wxpay.closeOrder(order.out_trade_no);
  } catch (error) {
    const meaning = apiMeaning(error);
    if (meaning === 'order_paid') throw await paid(order, settlement, error);
    // WeChat has just reported that this number is in use, so that "not found" does not mean that
    // it can no longer be paid.
    if (meaning !== 'order_closed') throw error;
  }
}

async function paid({ out_trade_no }: Order, settlement: OrderQueries | undefined, cause: unknown) {
  if (!settlement) {
    return new WxpayError(
      'ERR_WXPAY_ORDER_PAID',
      `order ${out_trade_no} is paid at WeChat: its notification is under way; give "settlement" to settle it here`,
      { status: 409, cause },
    );
  }
  const { paid, trade_state } = await settlement.query(out_trade_no);
  const what = paid ? 'is paid, and settled' : `is paid at WeChat (${trade_state}), and not settled here yet`;
  return new WxpayError('ERR_WXPAY_ORDER_PAID', `order ${out_trade_no} ${what}`, { status: 409, cause });
}

function notReissued({ out_trade_no }: Order, meaning: 'order_changed' | 'order_closed', cause: unknown): WxpayError {
  const [code, what] =
    meaning === 'order_changed'
      ? (['ERR_WXPAY_ORDER_CHANGED', 'was placed before with another price, payer, text or way of paying'] as const)
      : (['ERR_WXPAY_ORDER_CLOSED', 'is closed at WeChat'] as const);
  return new WxpayError(
    code,
    `${out_trade_no} ${what}: give "reissue" and "settlement", so that it gets a fresh number`,
    {
      status: 409,
      cause,
    },
  );
}

function checkFresh(order: Order, fresh: Order): void {
  if (fresh?.out_trade_no && fresh.out_trade_no !== order.out_trade_no) return;
  throw new WxpayError(
    'ERR_WXPAY_ORDER_INVALID',
    `"reissue" must return the order under another "out_trade_no" than ${order.out_trade_no}`,
  );
}
