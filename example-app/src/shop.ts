import {
  ApiError,
  createSettlement,
  createWxpay,
  type Fulfil,
  type FulfilOther,
  type Settlement,
  type Wxpay,
} from 'koa-wxpay';
import { type PgTx, postgresOnce } from 'koa-wxpay/postgres';
import { noteAnomaly } from './anomalies.js';
import type { Db } from './db.js';
import { findOrder, findOrderById, markPaid, renumber } from './orders.js';
import { addTask } from './outbox.js';
import { endRefund } from './refunds.js';
import { isShare, noteShare } from './shares.js';
import type { Wechat } from './wechat.js';

export const NOTIFY_PATH = '/wxpay/notify';

export interface ShopOptions {
  db: Db;
  wechat: Wechat;
  cookieKey: string;
  ownerKey?: string | undefined;
}

/** What the routes share. */
export interface Shop extends ShopOptions {
  wxpay: Wxpay;
  /** Where every payment and refund is settled, whether a notification, a page, the owner or a job brings it. */
  settlement: Settlement;
}

export function createShop(options: ShopOptions): Shop {
  const { db, wechat } = options;
  const wxpay = createWxpay({ ...wechat.merchant, notifyUrl: wechat.origin + NOTIFY_PATH });
  const settlement = createSettlement({
    wxpay,
    findOrder: (out_trade_no) => findOrder(db, out_trade_no),
    once: postgresOnce(db.pool),
    fulfil,
    fulfilOther,
    onAnomaly: (anomaly) => noteAnomaly(db, anomaly),
    // reports nothing to act on; acknowledged, so that it does not come again for a day
    onIgnored: () => console.warn('wxpay: a notification that reports nothing to act on'),
  });
  return { ...options, wxpay, settlement };
}

/** The one place where a payment or a refund takes effect: short, and only through `tx`. What takes longer is a task. */
const fulfil: Fulfil<PgTx> = async (notice, { tx }) => {
  if (notice.type === 'payment.success') await addTask(tx, await markPaid(tx, notice.payment));
  else await endRefund(tx, notice.refund);
};

/** Notifications of other products. What the shop does not use is acknowledged, so that it does not come again for a day. */
const fulfilOther: FulfilOther<PgTx> = async (notice, { tx }) => {
  if (isShare(notice)) await noteShare(tx, notice);
  else console.warn(`wxpay: ${notice.event_type} has no effect in this shop`);
};

/**
 * Sets a new price for an unpaid order. The old number is closed at WeChat first, so that the old price can no longer be paid. An
 * order that turns out to be paid is settled instead.
 */
export async function changePrice(shop: Shop, id: string, total: number): Promise<'changed' | 'not_pending' | 'moved'> {
  const order = await findOrderById(shop.db, id);
  if (order?.state !== 'pending') return 'not_pending';
  if ((await closeAtWechat(shop, order.out_trade_no)) === 'paid') return 'not_pending';
  return (await renumber(shop.db, order.out_trade_no, total)) ? 'changed' : 'moved';
}

async function closeAtWechat({ wxpay, settlement }: Shop, out_trade_no: string): Promise<'closed' | 'paid'> {
  try {
    await wxpay.closeOrder(out_trade_no);
  } catch (error) {
    const meaning = error instanceof ApiError ? error.meaning : undefined;
    if (meaning === 'order_paid') {
      await settlement.query(out_trade_no);
      return 'paid';
    }
    if (meaning !== 'order_closed' && meaning !== 'order_not_found') throw error;
  }
  return 'closed';
}
