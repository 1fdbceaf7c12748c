import { randomUUID } from 'node:crypto';
import type Router from 'koa-router';
import { findGood, listGoods } from '../goods.js';
import { createOrder } from '../orders.js';
import { goodPage, goodsPage } from '../pages/goods.js';
import type { Shop } from '../shop.js';
import type { Login } from './login.js';
import { createRouter } from './router.js';

export function goodsRoutes({ db, wechat, wxpay }: Shop, { openid, backToPage }: Login): Router {
  const router = createRouter();

  // everybody may look
  router.get('/', async (ctx) => {
    // In a demo the phone stands between: outside WeChat the shop is where it listens itself.
    const direct = `http://127.0.0.1:${ctx.req.socket.localPort}`;
    ctx.body = goodsPage(await listGoods(db), wechat.simulated ? direct : undefined);
  });

  // Log the visitor in here, so that the form below is sent by a known user.
  router.get('/goods/:id', openid, async (ctx) => {
    const good = await findGood(db, ctx.params.id!);
    if (!good) return ctx.throw(404);
    ctx.set('Cache-Control', 'no-store');
    ctx.body = goodPage(good, randomUUID());
  });

  router.post('/orders', backToPage, openid, async (ctx) => {
    const { good: id, quantity, form } = ctx.request.body as Record<string, unknown>;
    if (typeof id !== 'string' || !/^[1-9]$/.test(String(quantity)) || !/^[\w-]{36}$/.test(String(form))) {
      return ctx.throw(400);
    }
    const good = await findGood(db, id);
    if (!good) return ctx.throw(404);
    const { openid } = ctx.state.wxpay;
    const wanted = { openid, good, quantity: Number(quantity), form: String(form), now: wxpay.now() };
    const order = await createOrder(db, wanted);
    ctx.redirect(`/orders/${order}/pay`);
    ctx.status = 303;
  });

  return router;
}
