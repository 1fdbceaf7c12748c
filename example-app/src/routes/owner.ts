import Router from 'koa-router';
import { fen } from 'koa-wxpay';
import { listAnomalies } from '../anomalies.js';
import { ownerOnly } from '../guards.js';
import { listOrders } from '../orders.js';
import { ownerPage } from '../pages/owner.js';
import { changePrice, type Shop } from '../shop.js';

const NOTES = {
  changed: '价格已修改，旧单号已关闭。Price changed; the old number can no longer be paid.',
  not_pending: '订单已付款或已关闭，价格未修改。The order is paid or closed; its price stays.',
  moved: '订单刚刚发生变化，请再试一次。The order has just changed; please try again.',
};

export function ownerRoutes(shop: Shop): Router {
  const { db, ownerKey } = shop;
  const router = new Router({ prefix: '/owner' });
  router.use(ownerOnly(ownerKey));

  router.get('/', async (ctx) => {
    const [orders, anomalies] = [await listOrders(db), await listAnomalies(db)];
    const note = NOTES[String(ctx.query.note) as keyof typeof NOTES];
    ctx.body = ownerPage({ orders, anomalies, note, open: ownerKey === undefined });
  });

  router.post('/orders/:id/price', async (ctx) => {
    const total = readPrice((ctx.request.body as Record<string, unknown>).price);
    if (total === null) return ctx.throw(400);
    ctx.redirect(`/owner?note=${await changePrice(shop, ctx.params.id!, total)}`);
    ctx.status = 303;
  });

  return router;
}

/** Yuan as people write them, from one fen to a hundred thousand yuan. */
function readPrice(text: unknown): number | null {
  if (typeof text !== 'string' || !/^\d{1,6}(\.\d{1,2})?$/.test(text.trim())) return null;
  const total = fen(text.trim().replace(/^0+(?=\d)/, ''));
  return total >= 1 && total <= 10_000_000 ? total : null;
}
