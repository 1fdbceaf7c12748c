import type { Wxpay } from '../client/wxpay.js';
import { apiMeaning, WxpayError } from '../core/errors.js';
import type { Order, Payer } from '../core/vocabulary.js';
import type { OrderQueries } from '../settlement/types.js';

export interface PlaceOptions {
  wxpay: Wxpay;
  /** Settles an order that turns out to be paid already. */
  settlement?: OrderQueries | undefined;
  /**
   * Gives the order a fresh number, atomically: when another request was faster, return the number it gave. Old numbers must
   * stay findable through `findOrder`. {@link nextTradeNo} makes one.
   */
  reissue?: ((order: Order) => Promise<Order>) | undefined;
}

export interface PlacedOrder {
  /** What WeChat knows: another number than before when it was reissued. */
  order: Order;
  prepay_id: string;
}

/**
 * Places an order; when WeChat refuses its number because the price or payer changed or it was closed, closes the old number and
 * tries once more under a fresh one. A number that is paid is settled, never charged again.
 *
 * @throws WxpayError `ERR_WXPAY_ORDER_PAID`, `ERR_WXPAY_ORDER_CHANGED`, `ERR_WXPAY_ORDER_CLOSED` (409), and what `prepay` throws
 */
export async function placeOrder(options: PlaceOptions, order: Order, payer: Payer): Promise<PlacedOrder> {
  const { wxpay, reissue, settlement } = options;
  if (order.time_expire instanceof Date && order.time_expire.getTime() <= wxpay.now()) {
    throw new WxpayError('ERR_WXPAY_ORDER_NOT_PAYABLE', `order ${order.out_trade_no} expired`, { status: 409 });
  }
  try {
    return { order, prepay_id: await wxpay.prepay(order, payer) };
  } catch (error) {
    const meaning = apiMeaning(error);
    if (meaning === 'order_paid') throw await paid(options, order, error);
    if (meaning !== 'order_changed' && meaning !== 'order_closed') throw error;
    if (!reissue || !settlement) throw notReissued(order, meaning, error);
    if (meaning === 'order_changed') await close(options, order);
    const fresh = await reissue(order);
    checkFresh(order, fresh);
    return { order: fresh, prepay_id: await wxpay.prepay(fresh, payer) };
  }
}

/** The old number must not be payable any more before a fresh one exists. */
async function close(options: PlaceOptions, order: Order): Promise<void> {
  try {
    await options.wxpay.closeOrder(order.out_trade_no);
  } catch (error) {
    const meaning = apiMeaning(error);
    if (meaning === 'order_paid') throw await paid(options, order, error);
    // "not found" is no answer for a number WeChat just called used: the old one might still be payable
    if (meaning !== 'order_closed') throw error;
  }
}

async function paid({ settlement }: PlaceOptions, { out_trade_no }: Order, cause: unknown): Promise<WxpayError> {
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
      ? (['ERR_WXPAY_ORDER_CHANGED', 'was placed before with another price, payer or text'] as const)
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
