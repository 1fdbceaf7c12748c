import { axiosPluginV2 } from '../candidates/axios-plugin.js';
import { bareParser } from '../candidates/bare-parser.js';
import { floorV2 } from '../candidates/floor-v2.js';
import { oursV2 } from '../candidates/ours.js';
import type { WorkV2 } from '../candidates/work.js';
import { createMerchant } from '../inputs/merchant.js';
import { forgedV2, notificationsV2 } from '../inputs/v2.js';
import { compareOperations, timed } from '../measuring/operations.js';
import { remarksOn } from '../measuring/trial.js';
import type { Measure, Reach } from '../row.js';

type Reader = Pick<WorkV2, 'name' | 'readNotification'>;

/** From the bytes of a notification to a verified payment. */
export const measure: Measure = async (effort) => {
  const merchant = createMerchant();
  const bodies = notificationsV2(merchant, 64);
  const [ours, peer, bare, floor] = [
    oursV2(merchant),
    axiosPluginV2(merchant),
    bareParser(merchant),
    floorV2(merchant),
  ];
  const readers = [ours, peer, bare, floor].map(({ name, readNotification }) => ({ name, read: readNotification }));
  const remarks = await remarksOn(readers, bodies, forgedV2(merchant));
  const reading = ({ name, readNotification }: Reader, reach?: Reach) => timed(name, readNotification, bodies, reach);
  const comparisons = await compareOperations(
    'v2 notification: bytes → verified, typed',
    [reading(ours), reading(peer, { most: 0.9 }), reading(bare, { most: 1.15 }), reading(floor)],
    effort,
  );
  return { comparisons, remarks };
};
