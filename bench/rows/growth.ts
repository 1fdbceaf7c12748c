import {
  createSettlement,
  memoryOnce,
  type Order,
  type OrderRef,
  reconcile,
  type Transaction,
} from '../../src/index.js';
import { oursV2, wxpayV2 } from '../candidates/ours.js';
import { createMerchant, type Merchant } from '../inputs/merchant.js';
import { OPENID, orderOf, tradeNo } from '../inputs/order.js';
import { wideNotificationV2 } from '../inputs/v2.js';
import { compareSizes, growthOf } from '../measuring/growth.js';
import { startUpstream } from '../measuring/servers.js';
import type { Measure } from '../row.js';

/** A v2 notification by the number of its fields. */
export const fields: Measure = async (effort) => {
  const merchant = createMerchant();
  const { readNotification } = oursV2(merchant);
  const sizes = [20, 50, 100, 200].map((size) => {
    const body = wideNotificationV2(merchant, size);
    return { size, run: () => readNotification(body) };
  });
  return { comparisons: await compareSizes('v2 notification', 'fields', sizes, effort) };
};

/** Asking again for the prepay_id of an order, by the number of orders that were placed. */
export const prepay: Measure = async (effort) => {
  const merchant = createMerchant();
  const upstream = await startUpstream(merchant);
  try {
    const sizes = await Promise.all(
      [10, 100, 1_000, ...(effort.quick ? [] : [10_000])].map(async (size) => {
        const wxpay = wxpayV2(merchant, upstream.url);
        const orders = Array.from({ length: size }, (_, n) => orderOf(tradeNo(n)));
        for (const order of orders) await wxpay.prepay(order, { openid: OPENID });
        let next = 0;
        return { size, run: () => wxpay.prepay(orders[next++ % size] as Order, { openid: OPENID }) };
      }),
    );
    return { comparisons: await compareSizes('prepay_id of a placed order', 'orders', sizes, effort) };
  } finally {
    await upstream.process.stop();
  }
};

/** A walk over pending orders that nobody has paid, which come from a stream and are asked for one by one. */
export const walk: Measure = async ({ quick, loads, warmups }) => {
  const settlement = unpaid(createMerchant());
  const sizes = [1_000, 10_000, ...(quick ? [] : [100_000, 1_000_000])];
  const all = sizes.map((size) => ({ size, costs: [] as number[] }));
  for (let round = -warmups; round < loads; round++) {
    for (const { size, costs } of all) {
      const before = process.cpuUsage();
      const report = await reconcile(settlement, { pending: () => pendingOrders(size), onClosed() {} });
      const { user, system } = process.cpuUsage(before);
      if (report.pending !== size) throw new Error(`${report.pending} pending of ${size}`);
      if (round >= 0) costs.push((user + system) * 1_000);
    }
  }
  return { comparisons: growthOf('reconcile', 'pending orders', all) };
};

async function* pendingOrders(count: number) {
  const prepaidAt = new Date(Date.now() - 120_000);
  for (let n = 0; n < count; n++) yield { order: orderOf(tradeNo(n)), prepaidAt };
}

/** A settlement whose WeChat Pay answers at once that an order is not paid. */
function unpaid(merchant: Merchant) {
  const { appid, mchid } = merchant;
  const queryOrder = async (ref: OrderRef): Promise<Transaction> => ({
    appid,
    mchid,
    out_trade_no: ref.out_trade_no ?? '',
    trade_state: 'NOTPAY',
  });
  return createSettlement({
    wxpay: { ...wxpayV2(merchant), queryOrder },
    once: memoryOnce(),
    findOrder: async (out_trade_no: string) => orderOf(out_trade_no),
    fulfil: async () => {},
  });
}
