import type { Context } from 'koa';
import type Router from 'koa-router';
import { fen } from 'koa-wxpay';
import { listAnomalies } from '../anomalies.js';
import { billDays, checkDay } from '../bill.js';
import { listOrders } from '../orders.js';
import { ownerOnly } from '../owner-key.js';
import { billPage } from '../pages/bill.js';
import { type Note, ownerPage } from '../pages/owner.js';
import { type RefundOutcome, refundOrder, retryRefund } from '../refunding.js';
import { listRefunds } from '../refunds.js';
import { changePrice, type Shop } from '../shop.js';
import { createRouter } from './router.js';

const NOTES: Record<RefundOutcome | Awaited<ReturnType<typeof changePrice>>, Note> = {
  changed: {
    kind: 'good',
    text: '价格已修改，旧单号已关闭。',
    english: 'Price changed; the old number can no longer be paid.',
  },
  not_pending: {
    kind: 'bad',
    text: '订单已付款或已关闭，价格未修改。',
    english: 'The order is paid or closed; its price stays.',
  },
  moved: {
    kind: 'bad',
    text: '订单刚刚发生变化，请再看一次。',
    english: 'The order has just changed; please look again.',
  },
  asked: { kind: 'waits', text: '退款已提交，等待微信答复。', english: 'Asked for; WeChat has not answered yet.' },
  processing: {
    kind: 'waits',
    text: '微信已受理，到账后会通知。',
    english: 'WeChat has accepted the refund, and tells when it has arrived.',
  },
  success: { kind: 'good', text: '已退款。', english: 'Refunded.' },
  abnormal: {
    kind: 'bad',
    text: '退款异常，请到商户平台处理。',
    english: 'The payer’s account did not take it: resolve it in the merchant platform.',
  },
  closed: {
    kind: 'bad',
    text: '退款已关闭，款项没有退回。',
    english: 'The refund was closed; nothing was given back.',
  },
  refused: {
    kind: 'bad',
    text: '微信拒绝了退款，可以重试。',
    english: 'WeChat refused; the same refund can be tried again.',
  },
  unknown: {
    kind: 'bad',
    text: '结果未知：微信没有答复。可以重试，不会重复退款。',
    english: 'No answer from WeChat. Try again: it stays one refund.',
  },
  too_much: { kind: 'bad', text: '超出可退金额。', english: 'That is more than is left of this order.' },
};

export function ownerRoutes(shop: Shop): Router {
  const { db, ownerKey } = shop;
  const router = createRouter();
  const owner = ownerOnly(shop);

  router.get('/owner', owner, async (ctx) => {
    const [orders, anomalies] = [await listOrders(db), await listAnomalies(db)];
    const refunds = await listRefunds(
      db,
      orders.map(({ id }) => id),
    );
    const asked = String(ctx.query.note);
    const note = Object.hasOwn(NOTES, asked) ? NOTES[asked as keyof typeof NOTES] : undefined;
    ctx.body = ownerPage({ orders, refunds, anomalies, note, open: ownerKey === undefined });
  });

  router.get('/owner/bill', owner, async (ctx) => {
    const days = billDays(shop.wxpay.now());
    const { date = days.newest } = ctx.query;
    if (typeof date !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(date) || Number.isNaN(Date.parse(date)))
      return ctx.throw(400);
    ctx.body = billPage({ date, ...days, differences: await checkDay(shop, date) });
  });

  router.post('/owner/orders/:id/price', owner, async (ctx) => {
    const total = readPrice((ctx.request.body as Record<string, unknown>).price);
    if (total === null) return ctx.throw(400);
    back(ctx, await changePrice(shop, ctx.params.id!, total));
  });

  router.post('/owner/orders/:id/refunds/:n', owner, async (ctx) => {
    const refund = readPrice((ctx.request.body as Record<string, unknown>).refund);
    // WeChat refunds an order in at most 50 parts
    if (refund === null || !/^([1-9]|[1-4]\d|50)$/.test(ctx.params.n!)) return ctx.throw(400);
    back(ctx, await refundOrder(shop, ctx.params.id!, Number(ctx.params.n), refund));
  });

  router.post('/owner/refunds/:out_refund_no/retry', owner, async (ctx) => {
    const outcome = await retryRefund(shop, ctx.params.out_refund_no!);
    if (outcome === null) return ctx.throw(404);
    back(ctx, outcome);
  });

  return router;
}

function back(ctx: Context, note: keyof typeof NOTES): void {
  ctx.redirect(`/owner?note=${note}`);
  ctx.status = 303;
}

/** Yuan as people write them, from one fen to a hundred thousand yuan. */
function readPrice(text: unknown): number | null {
  if (typeof text !== 'string' || !/^\d{1,6}(\.\d{1,2})?$/.test(text.trim())) return null;
  const total = fen(text.trim().replace(/^0+(?=\d)/, ''));
  return total >= 1 && total <= 10_000_000 ? total : null;
}
