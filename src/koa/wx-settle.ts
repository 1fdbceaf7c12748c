import type { Context, Middleware } from 'koa';
import { apiMeaning, hasCode, WxpayError } from '../core/errors.js';
import type { Order } from '../core/vocabulary.js';
import type { OrderQueries } from '../settlement/types.js';
import { func, type Rules, readOptions } from '../util/options.js';
import { checkMethod } from './methods.js';

/** Options of {@link wxSettle}. */
export interface WxSettleOptions {
  /** The order that the page asks about, if this user may know it. `null` answers 404. */
  order(ctx: Context): Promise<Order | null> | Order | null;
}

const RULES = {
  order: func<WxSettleOptions['order']>('(ctx) => Promise<Order | null>'),
} satisfies Rules<WxSettleOptions>;

/** What `wxSettle` answers, as JSON. */
export interface SettleAnswer {
  /** The state at WeChat, such as `NOTPAY` or `SUCCESS`. */
  trade_state: string;
  /** The order is paid, and the shop's own effect is durable. */
  paid: boolean;
}

/**
 * Answers a page that polls after the cashier reported `ok`, which proves nothing. `paid` is true
 * only when WeChat reports the payment and the effect is durable. An order whose notification has
 * not arrived is settled.
 *
 * @throws {TypeError} at creation, names what is wrong
 * @throws {WxpayError} per request: `ERR_WXPAY_ORDER_NOT_FOUND` (404), `ERR_WXPAY_BAD_REQUEST`
 * (405) for every method but GET and POST, and what `settlement.query` throws
 * @example
 * router.get('/orders/:id/paid', wxSettle(settlement, { order: (ctx) => findOrderOf(ctx) }));
 */
export function wxSettle(settlement: OrderQueries, options: WxSettleOptions): Middleware {
  if (typeof settlement?.query !== 'function') throw new TypeError('wxSettle takes what createSettlement() returns');
  const { order } = readOptions('wxSettle', options, RULES);

  return async function wxSettle(ctx) {
    checkMethod(ctx, 'wxSettle asks about an order');
    const found = await order(ctx);
    if (!found) throw new WxpayError('ERR_WXPAY_ORDER_NOT_FOUND', 'order(ctx) found no order', { status: 404 });
    ctx.set('Cache-Control', 'no-store');
    ctx.body = found.state === 'paid' ? { trade_state: 'SUCCESS', paid: true } : await ask(found.out_trade_no, ctx);
  };

  async function ask(out_trade_no: string, ctx: Context): Promise<SettleAnswer> {
    try {
      const { trade_state, paid } = await settlement.query(out_trade_no, { ctx, spaced: true });
      return { trade_state, paid };
    } catch (error) {
      if (apiMeaning(error) === 'order_not_found') return { trade_state: 'NOTPAY', paid: false };
      // A copy of the notification is being settled at this moment. The next poll sees the result.
      if (hasCode(error, 'ERR_WXPAY_BUSY')) return { trade_state: 'SUCCESS', paid: false };
      throw error;
    }
  }
}
