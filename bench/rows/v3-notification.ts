import { axiosPluginV3 } from '../candidates/axios-plugin.js';
import { floorV3 } from '../candidates/floor-v3.js';
import { nodeV3 } from '../candidates/node-v3.js';
import { oursV3 } from '../candidates/ours.js';
import type { WorkV3 } from '../candidates/work.js';
import { createMerchant } from '../inputs/merchant.js';
import { forgedV3, notificationsV3 } from '../inputs/v3.js';
import { compareOperations, timed } from '../measuring/operations.js';
import { remarksOn } from '../measuring/trial.js';
import type { Measure, Reach } from '../row.js';

/** From the headers and bytes of a notification to a verified, opened payment. */
export const measure: Measure = async (effort) => {
  const merchant = createMerchant();
  const notifications = notificationsV3(merchant, 64);
  const works = [oursV3, axiosPluginV3, nodeV3, floorV3].map((create): WorkV3 => create(merchant));
  const [ours, plugin, node, floor] = works as [WorkV3, WorkV3, WorkV3, WorkV3];
  const readers = works.map(({ name, readNotification }) => ({ name, read: readNotification }));
  const remarks = await remarksOn(readers, notifications, forgedV3(merchant));
  const reading = ({ name, readNotification }: WorkV3, reach?: Reach) =>
    timed(name, readNotification, notifications, reach);
  const comparisons = await compareOperations(
    'v3 notification: headers, bytes → verified, opened, typed',
    [reading(ours), reading(plugin, { most: 1 }), reading(node, { most: 1 }), reading(floor, { most: 1.08 })],
    effort,
  );
  return { comparisons, remarks };
};
