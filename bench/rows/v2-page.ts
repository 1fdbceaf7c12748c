import { axiosPluginV2 } from '../candidates/axios-plugin.js';
import { floorV2, md5Sign } from '../candidates/floor-v2.js';
import { oursV2 } from '../candidates/ours.js';
import type { WorkV2 } from '../candidates/work.js';
import { createMerchant } from '../inputs/merchant.js';
import { PREPAY_ID } from '../inputs/order.js';
import { compareOperations, timed } from '../measuring/operations.js';
import { remarksOn } from '../measuring/trial.js';
import type { Measure, Reach } from '../row.js';

/** From a prepay_id to the signed parameters for the page. */
export const measure: Measure = async (effort) => {
  const merchant = createMerchant();
  const ids = Array.from({ length: 64 }, (_, n) => `${PREPAY_ID.slice(0, -2)}${n + 10}`);
  const [ours, peer, floor] = [oursV2(merchant), axiosPluginV2(merchant), floorV2(merchant)];
  const makers = [ours, peer, floor].map(({ name, pageParams }) => ({
    name,
    read(prepay_id: string) {
      const { paySign, ...params } = pageParams(prepay_id);
      const made = md5Sign(new Map(Object.entries(params)), merchant.v2Key);
      return made === paySign && params.package === `prepay_id=${prepay_id}`;
    },
  }));
  const remarks = await remarksOn(makers, ids, {});
  const making = ({ name, pageParams }: WorkV2, reach?: Reach) => timed(name, pageParams, ids, reach);
  const comparisons = await compareOperations(
    'v2 parameters for the page',
    [making(ours), making(peer, { most: 0.55 }), making(floor, { most: 1.3 })],
    effort,
  );
  return { comparisons, remarks };
};
