import type { Context } from 'koa';
import type Router from 'koa-router';
import { readAmount } from '../amount.js';
import { listAnomalies } from '../anomalies.js';
import { billDays, checkDay } from '../bill.js';
import { listOrders } from '../orders.js';
import { ownerOnly } from '../owner-key.js';
import { billPage } from '../pages/bill.js';
import { type Mistake, NOTES, type Outcome } from '../pages/notes.js';
import { ownerPage } from '../pages/owner.js';
import { refundOrder, retryRefund } from '../refunding.js';
import { listRefunds } from '../refunds.js';
import { listShares } from '../shares.js';
import { changePrice, type Shop } from '../shop.js';
import { createRouter } from './router.js';

export function ownerRoutes(shop: Shop): Router {
  const router = createRouter();
  const owner = ownerOnly(shop);

  router.get('/owner', owner, async (ctx) => {
    const { note } = ctx.query;
    const outcome = typeof note === 'string' && Object.hasOwn(NOTES, note) ? (note as Outcome) : undefined;
    await showOrders(shop, ctx, outcome, outcome === 'too_much' ? tooMuch(ctx) : undefined);
  });

  router.get('/owner/bill', owner, async (ctx) => {
    const days = billDays(shop.wxpay.now());
    const { date = days.newest } = ctx.query;
    if (typeof date !== 'string' || !isDay(date)) return ctx.throw(400);
    ctx.body = billPage({ date, ...days, differences: await checkDay(shop, date) });
  });

  router.post('/owner/orders/:id/price', owner, async (ctx) => {
    const order = ctx.params.id!;
    const typed = textOf(ctx, 'price');
    const total = readAmount(typed);
    if (typeof total === 'string') return refuse(shop, ctx, { form: 'price', order, typed, why: total });
    back(ctx, { note: await changePrice(shop, order, total) });
  });

  router.post('/owner/orders/:id/refunds/:n', owner, async (ctx) => {
    const { id: order, n } = ctx.params as { id: string; n: string };
    // WeChat refunds an order in at most 50 parts
    if (!/^([1-9]|[1-4]\d|50)$/.test(n)) return ctx.throw(400);
    const typed = textOf(ctx, 'refund');
    const refund = readAmount(typed);
    if (typeof refund === 'string') return refuse(shop, ctx, { form: 'refund', order, typed, why: refund });
    const note = await refundOrder(shop, order, Number(n), refund);
    back(ctx, note === 'too_much' ? { order, refund: typed, note } : { note });
  });

  router.post('/owner/refunds/:out_refund_no/retry', owner, async (ctx) => {
    const note = await retryRefund(shop, ctx.params.out_refund_no!);
    if (note === null) return ctx.throw(404);
    back(ctx, { note });
  });

  return router;
}

async function showOrders(shop: Shop, ctx: Context, outcome?: Outcome, mistake?: Mistake): Promise<void> {
  const [orders, anomalies] = [await listOrders(shop.db), await listAnomalies(shop.db)];
  const ids = orders.map(({ id }) => id);
  const [refunds, shares] = [await listRefunds(shop.db, ids), await listShares(shop.db, ids)];
  const note = outcome && NOTES[outcome];
  ctx.body = ownerPage({ orders, refunds, shares, anomalies, note, mistake, open: shop.ownerKey === undefined });
}

/** The form again, with what was typed and what is wrong with it. */
async function refuse(shop: Shop, ctx: Context, mistake: Mistake): Promise<void> {
  ctx.status = 400;
  await showOrders(shop, ctx, 'amount', mistake);
}

/** The refund that `back` has carried along. */
function tooMuch({ query: { order, refund } }: Context): Mistake | undefined {
  if (typeof order !== 'string' || typeof refund !== 'string') return undefined;
  return { form: 'refund', order, typed: refund, why: 'too_much' };
}

function back(ctx: Context, query: { note: Outcome; order?: string; refund?: string }): void {
  ctx.redirect(`/owner?${new URLSearchParams(query)}`);
  ctx.status = 303;
}

/** A field of the form; empty when it is missing, or came more than once. */
function textOf(ctx: Context, name: string): string {
  const value = (ctx.request.body as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : '';
}

/** `2026-01-31`, and not the 31st of February, which `Date.parse` reads as a day of March. */
const isDay = (text: string): boolean => {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
};
