import { createMerchant } from '../inputs/merchant.js';
import { againstBound } from '../measuring/bound.js';
import { milliseconds } from '../measuring/format.js';
import { startServers, startUpstream } from '../measuring/servers.js';
import type { Measure } from '../row.js';
import { startChild } from '../servers/child.js';
import type { Loaded } from '../servers/load.js';

const RATE = 300;
const LONGEST_P99 = 20;

/** How long the event loop is held up while 300 orders a second are placed at API v3. */
export const measure: Measure = async ({ loads, warmups, seconds }) => {
  const merchant = createMerchant();
  const upstream = await startUpstream(merchant);
  const [server] = await startServers([{ name: 'ours', app: 'prepay-v3 ours' }], { merchant, upstream: upstream.url });
  const { url, process } = server as NonNullable<typeof server>;
  const loader = startChild('load');
  const requests = [{ method: 'POST' as const, path: '/' }];
  try {
    const delays: number[] = [];
    for (let round = -warmups; round < loads; round++) {
      await process.ask('watch delay');
      await loader.ask<Loaded>({ url, requests, connections: 16, seconds, rate: RATE });
      const { p99 } = await process.ask<{ p99: number }>('delay');
      if (round >= 0) delays.push(p99);
    }
    return {
      comparisons: [
        againstBound(`${RATE} v3 orders a second, event-loop delay p99`, delays, LONGEST_P99, milliseconds),
      ],
    };
  } finally {
    await Promise.all([process, upstream.process, loader].map((child) => child.stop()));
  }
};
