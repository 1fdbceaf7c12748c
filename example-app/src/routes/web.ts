import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import type Router from 'koa-router';
import { wxPrepay, wxSettle } from 'koa-wxpay';
import { findGood } from '../goods.js';
import { createOrder } from '../orders.js';
import { goodPage } from '../pages/goods.js';
import { orderPage } from '../pages/orders.js';
import { backPage, h5Page, qrPage } from '../pages/web.js';
import { payingFor } from '../paying.js';
import { listRefunds } from '../refunds.js';
import type { Shop } from '../shop.js';
import { visitor, welcome } from '../visitors.js';
import { createRouter } from './router.js';

const BASE = '/web';

/** Buying in a browser outside WeChat: with a QR code on a desktop, over H5 on a phone. */
export function webRoutes(shop: Shop): Router {
  const { db, wechat, wxpay, settlement } = shop;
  const router = createRouter();
  const { find, order, prepay, pendingOnly, toCashier } = payingFor(shop, (ctx) => ctx.state.visitor, BASE);

  router.get('/web/goods/:id', welcome, async (ctx) => {
    const good = await findGood(db, ctx.params.id!);
    if (!good) return ctx.throw(404);
    ctx.set('Cache-Control', 'no-store');
    ctx.body = goodPage(good, randomUUID(), BASE);
  });

  router.post('/web/orders', welcome, async (ctx) => {
    const { good: id, quantity, form } = ctx.request.body as Record<string, unknown>;
    if (typeof id !== 'string' || !/^[1-9]$/.test(String(quantity)) || !/^[\w-]{36}$/.test(String(form))) {
      return ctx.throw(400);
    }
    const good = await findGood(db, id);
    if (!good) return ctx.throw(404);
    const wanted = { good, quantity: Number(quantity), form: String(form), now: wxpay.now() };
    const made = await createOrder(db, { openid: ctx.state.visitor, ...wanted });
    ctx.redirect(`${BASE}/orders/${made}/pay`);
    ctx.status = 303;
  });

  const qr = wxPrepay({ ...prepay, type: 'native' });
  router.get(
    '/web/orders/:id/pay',
    visitor,
    pendingOnly,
    async (ctx, next) => {
      const found = await find(ctx);
      if (!found) return ctx.throw(404);
      ctx.set('Cache-Control', 'no-store');
      if (isPhone(ctx)) ctx.body = h5Page(found);
      else await toCashier(ctx, next);
    },
    qr,
    async (ctx) => {
      const found = await find(ctx);
      const { code_url } = ctx.state.wxpay;
      if (found) ctx.body = qrPage(found, code_url, wechat.simulated ? wechat.origin : undefined);
    },
  );

  // Placed when the payer taps the link, because the address of WeChat's page is good for five minutes only.
  router.get(
    '/web/orders/:id/h5',
    visitor,
    pendingOnly,
    toCashier,
    wxPrepay({ ...prepay, type: 'h5', returnUrl: (ctx) => `${shopOf(shop, ctx)}${BASE}/orders/${ctx.params.id}/back` }),
    (ctx) => ctx.redirect(ctx.state.wxpay.h5_url),
  );

  // WeChat leads back here whether the order was paid or not.
  router.get('/web/orders/:id/back', visitor, pendingOnly, async (ctx) => {
    const found = await find(ctx);
    if (!found) return ctx.throw(404);
    ctx.set('Cache-Control', 'no-store');
    ctx.body = backPage(found);
  });

  router.get('/web/orders/:id', visitor, async (ctx) => {
    const found = await find(ctx);
    if (!found) return ctx.throw(404);
    ctx.set('Cache-Control', 'no-store');
    ctx.body = orderPage(found, await listRefunds(db, [found.id]), BASE);
  });

  router.post('/web/orders/:id/settle', visitor, wxSettle(settlement, { order }));

  return router;
}

const isPhone = (ctx: Context): boolean => /\b(?:Mobile|Android|iPhone)\b/.test(ctx.get('User-Agent'));

/** Where this browser sees the shop. In the demo that is not the phone, whose address is the shop's only inside WeChat. */
const shopOf = ({ wechat }: Shop, ctx: Context): string =>
  wechat.simulated ? `http://${ctx.req.headers.host}` : wechat.origin;
