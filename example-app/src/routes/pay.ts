import type { Context, Middleware } from 'koa';
import type Router from 'koa-router';
import { wxPrepay, wxSettle } from 'koa-wxpay';
import { findOrderOf, markPrepaid, reissue, wxOrder } from '../orders.js';
import { payPage } from '../pages/pay.js';
import type { Shop } from '../shop.js';
import type { Login } from './login.js';
import { createRouter } from './router.js';

/** The way to the cashier and back. */
export function payRoutes({ db, wxpay, settlement }: Shop, { openid }: Login): Router {
  const router = createRouter();
  const find = (ctx: Context) => findOrderOf(db, ctx.state.wxpay.openid, ctx.params.id);
  const order = async (ctx: Context) => {
    const found = await find(ctx);
    return found && wxOrder(found);
  };

  /** An order that is paid or closed is shown as it is, also when that comes out only on the way. */
  const pendingOnly: Middleware = async (ctx, next) => {
    const showSettled = async () => {
      const found = await find(ctx);
      if (!found || found.state === 'pending') return false;
      ctx.redirect(`/orders/${found.id}`);
      return true;
    };
    if (await showSettled()) return;
    try {
      await next();
    } catch (error) {
      if (!(await showSettled())) throw error;
    }
  };

  router.get(
    '/orders/:id/pay',
    openid,
    pendingOnly,
    async (ctx, next) => {
      await markPrepaid(db, ctx.state.wxpay.openid, ctx.params.id!, wxpay.now());
      await next();
    },
    wxPrepay({ wxpay, settlement, order, reissue: (order) => reissue(db, order) }),
    async (ctx) => {
      const found = await find(ctx);
      if (found) ctx.body = payPage(found, ctx.state.wxpay.jsapi);
    },
  );

  // the cashier's "ok" proves nothing: the page asks here until WeChat has said so
  router.post('/orders/:id/settle', openid, wxSettle(settlement, { order }));

  return router;
}
