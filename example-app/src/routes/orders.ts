import type Router from 'koa-router';
import { findOrderOf, listOrdersOf } from '../orders.js';
import { orderPage, ordersPage } from '../pages/orders.js';
import { listRefunds } from '../refunds.js';
import type { Shop } from '../shop.js';
import type { Login } from './login.js';
import { createRouter } from './router.js';

/** What a user sees of the own orders. */
export function orderRoutes({ db }: Shop, { openid, profile }: Login): Router {
  const router = createRouter();

  router.get('/orders', openid, async (ctx) => {
    const { openid, user } = ctx.state.wxpay;
    ctx.set('Cache-Control', 'no-store');
    ctx.body = ordersPage(await listOrdersOf(db, openid), user);
  });

  router.get('/orders/:id', openid, async (ctx) => {
    const order = await findOrderOf(db, ctx.state.wxpay.openid, ctx.params.id!);
    if (!order) return ctx.throw(404);
    ctx.set('Cache-Control', 'no-store');
    ctx.body = orderPage(order, await listRefunds(db, [order.id]));
  });

  // asks for name and picture; paying never needs them
  router.get('/profile', profile, (ctx) => ctx.redirect('/orders'));

  return router;
}
