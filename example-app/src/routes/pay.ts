import type Router from 'koa-router';
import { wxPrepay, wxSettle } from 'koa-wxpay';
import { payPage } from '../pages/pay.js';
import { payingFor } from '../paying.js';
import type { Shop } from '../shop.js';
import type { Login } from './login.js';
import { createRouter } from './router.js';

/** The way to the cashier and back, inside WeChat. */
export function payRoutes(shop: Shop, { openid }: Login): Router {
  const router = createRouter();
  const { find, order, prepay, pendingOnly, toCashier } = payingFor(shop, (ctx) => ctx.state.wxpay.openid);

  router.get('/orders/:id/pay', openid, pendingOnly, toCashier, wxPrepay(prepay), async (ctx) => {
    const found = await find(ctx);
    if (found) ctx.body = payPage(found, ctx.state.wxpay.jsapi);
  });

  // the cashier's "ok" proves nothing: the page asks here until WeChat has said so
  router.post('/orders/:id/settle', openid, wxSettle(shop.settlement, { order }));

  return router;
}
