import { createMerchant } from '../inputs/merchant.js';
import { forgedV2, notificationsV2, postV2 } from '../inputs/v2.js';
import { forgedV3, notificationsV3, postV3 } from '../inputs/v3.js';
import { microseconds } from '../measuring/format.js';
import { startServers } from '../measuring/servers.js';
import { median, ratioOf } from '../measuring/statistics.js';
import type { Comparison, Effort, Measure } from '../row.js';
import { startChild, type Usage } from '../servers/child.js';
import type { Loaded, LoadRequest } from '../servers/load.js';

const CONNECTIONS = 16;

/** What refusing a forged notification costs, by kind, against a genuine one of the same version. */
export const measure: Measure = async (effort) => {
  const merchant = createMerchant();
  const v2 = forgedV2(merchant);
  const v3 = forgedV3(merchant);
  const genuineV2 = notificationsV2(merchant, effort.quick ? 64 : 4_096).map(postV2);
  const genuineV3 = notificationsV3(merchant, effort.quick ? 64 : 4_096).map(postV3);
  const kindsV2 = Object.entries(v2).map(([kind, body]) => [kind, postV2(body)] as const);
  const kindsV3 = Object.entries(v3).map(([kind, notification]) => [kind, postV3(notification)] as const);
  const servers = await startServers(
    [
      { name: 'v2', app: 'notify-v2 ours' },
      { name: 'v3', app: 'notify-v3 ours' },
    ],
    { merchant },
  );
  const [serverV2, serverV3] = servers as [Server, Server];
  try {
    return {
      comparisons: [
        ...(await compareKinds('v2', serverV2, genuineV2, kindsV2, effort)),
        ...(await compareKinds('v3', serverV3, genuineV3, kindsV3, effort)),
      ],
    };
  } finally {
    await Promise.all(servers.map(({ process }) => process.stop()));
  }
};

type Server = Awaited<ReturnType<typeof startServers>>[number];

async function compareKinds(
  version: string,
  server: Server,
  genuine: LoadRequest[],
  kinds: readonly (readonly [string, LoadRequest])[],
  { loads, warmups, seconds }: Effort,
): Promise<Comparison[]> {
  const loader = startChild('load');
  const cost = async (requests: LoadRequest[]): Promise<number> => {
    const before = await server.process.ask<Usage>('usage');
    const { times } = await loader.ask<Loaded>({ url: server.url, requests, connections: CONNECTIONS, seconds });
    const after = await server.process.ask<Usage>('usage');
    return ((after.cpu - before.cpu) * 1e6) / times.length;
  };
  const genuineCosts: number[] = [];
  const costs = new Map<string, number[]>(kinds.map(([kind]) => [kind, []]));
  for (let round = -warmups; round < loads; round++) {
    const accepted = await cost(genuine);
    if (round >= 0) genuineCosts.push(accepted);
    for (const [kind, request] of kinds) {
      const refused = await cost([request]);
      if (round >= 0) costs.get(kind)?.push(refused);
    }
  }
  await loader.stop();
  return [...costs].map(([kind, each]) => ({
    measured: `${version} notification refused: ${kind}, processor time`,
    ours: microseconds(median(each)),
    against: `a genuine one of ${version}`,
    theirs: microseconds(median(genuineCosts)),
    ratio: ratioOf(each, genuineCosts),
    reach: { most: 1 },
  }));
}
