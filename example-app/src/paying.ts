import type { Context, Middleware } from 'koa';
import type { Order, WxPrepayOptions } from 'koa-wxpay';
import { findOrderOf, markPrepaid, reissue, type ShopOrder, wxOrder } from './orders.js';
import type { Shop } from './shop.js';

/** What the ways to the cashier share, whoever pays and on whichever page. */
export interface Paying {
  /** The order of the address, if it is this customer's. */
  find(ctx: Context): Promise<ShopOrder | null>;
  /** The same for koa-wxpay. */
  order(ctx: Context): Promise<Order | null>;
  /** The options of `wxPrepay` that are the same everywhere. */
  prepay: Pick<WxPrepayOptions, 'wxpay' | 'settlement' | 'order' | 'reissue'>;
  /** An order that is paid or closed is shown as it is, also when that comes out only on the way. */
  pendingOnly: Middleware;
  /** From here on WeChat may know of a payment before the shop does. */
  toCashier: Middleware;
}

/**
 * @param customerOf whose orders they are
 * @param base where the pages of those orders are, in front of `/orders/:id`
 */
export function payingFor(shop: Shop, customerOf: (ctx: Context) => string, base = ''): Paying {
  const { db, wxpay, settlement } = shop;
  const find = (ctx: Context) => findOrderOf(db, customerOf(ctx), ctx.params.id);
  const order = async (ctx: Context) => {
    const found = await find(ctx);
    return found && wxOrder(found);
  };
  return {
    find,
    order,
    prepay: { wxpay, settlement, order, reissue: (old) => reissue(db, old) },
    async pendingOnly(ctx, next) {
      const showSettled = async () => {
        const found = await find(ctx);
        if (!found || found.state === 'pending') return false;
        ctx.redirect(`${base}/orders/${found.id}`);
        return true;
      };
      if (await showSettled()) return;
      try {
        await next();
      } catch (error) {
        if (!(await showSettled())) throw error;
      }
    },
    async toCashier(ctx, next) {
      await markPrepaid(db, customerOf(ctx), ctx.params.id, wxpay.now());
      await next();
    },
  };
}
