import { reconcile } from 'koa-wxpay';
import { markClosed, pendingOrders } from './orders.js';
import { reconcileRefunds } from './refunding.js';
import type { Shop } from './shop.js';

/** Milliseconds an order may be paid, from the last visit of its pay page: the life of a prepay_id. */
const LIFE = 7_200_000;

/** Settles what was paid and never reported, closes what expired, and asks how refunds ended. Any number of processes may run it. */
export async function reconcileShop(shop: Shop, signal?: AbortSignal): Promise<void> {
  const { db, wxpay, settlement } = shop;
  const { rows } = await db.query<{ since: string }>(`select since from runs where name = 'reconcile'`);
  const { since } = await reconcile(settlement, {
    pending: () => pendingOrders(db),
    onClosed: async ({ out_trade_no }) => void (await markClosed(db, out_trade_no, wxpay.now() - LIFE)),
    onProgress: ({ order, error }) => {
      if (error !== undefined) console.error(`reconcile ${order.out_trade_no}: ${String(error)}`);
    },
    expireAfter: LIFE,
    ...(rows[0] && { since: Number(rows[0].since) }),
    ...(signal && { signal }),
  });
  if (since !== undefined) {
    await db.query(
      `insert into runs (name, since) values ('reconcile', $1)
       on conflict (name) do update set since = greatest(runs.since, excluded.since)`,
      [since],
    );
  }
  await reconcileRefunds(shop);
}
