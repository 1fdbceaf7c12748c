import { axiosPluginV2 } from '../candidates/axios-plugin.js';
import { floorV2, scanXml, verifyMd5 } from '../candidates/floor-v2.js';
import { oursV2 } from '../candidates/ours.js';
import type { WorkV2 } from '../candidates/work.js';
import { createMerchant } from '../inputs/merchant.js';
import { type BenchOrder, orderOf, TOTAL, tradeNo } from '../inputs/order.js';
import { compareOperations, timed } from '../measuring/operations.js';
import { remarksOn } from '../measuring/trial.js';
import type { Measure, Reach } from '../row.js';

/** From an order to the signed XML that places it. */
export const measure: Measure = async (effort) => {
  const merchant = createMerchant();
  const orders = Array.from({ length: 64 }, (_, n) => orderOf(tradeNo(n)));
  const [ours, peer, floor] = [oursV2(merchant), axiosPluginV2(merchant), floorV2(merchant)];
  const builders = [ours, peer, floor].map(({ name, buildOrder }) => ({
    name,
    read: (order: BenchOrder) => checkXml(buildOrder(order), order, merchant.v2Key),
  }));
  const [order] = orders as [BenchOrder];
  const remarks = await remarksOn(builders, orders, {
    'an order of 19.9 fen': { ...order, amount: { total: 19.9 } },
    'an attach that reads as other fields': { ...order, attach: 'a&total_fee=1' },
  });
  const building = ({ name, buildOrder }: WorkV2, reach?: Reach) => timed(name, buildOrder, orders, reach);
  const comparisons = await compareOperations(
    'v2 unifiedorder: order → signed XML',
    [building(ours), building(peer, { most: 0.5 }), building(floor, { most: 1.6 })],
    effort,
  );
  return { comparisons, remarks };
};

/** What was built must be signed, and place this very order. */
function checkXml(xml: string, { out_trade_no }: BenchOrder, key: string): void {
  const fields = scanXml(Buffer.from(xml));
  verifyMd5(fields, key);
  if (fields.get('out_trade_no') !== out_trade_no) throw new Error('another order');
  if (fields.get('total_fee') !== String(TOTAL) && fields.get('total_fee') !== '19.9') throw new Error('another price');
}
