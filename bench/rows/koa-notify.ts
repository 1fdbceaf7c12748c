import { NAME } from '../candidates/ours.js';
import { createMerchant, type Merchant } from '../inputs/merchant.js';
import { forgedV2, notificationsV2, postV2 } from '../inputs/v2.js';
import { forgedV3, notificationsV3, postV3 } from '../inputs/v3.js';
import { compareServers, loadInTurn, type Served, startServers } from '../measuring/servers.js';
import { remarksOn } from '../measuring/trial.js';
import type { Effort, Measure, RowResult } from '../row.js';
import type { LoadRequest } from '../servers/load.js';

const CONNECTIONS = 16;

/** More than the servers remember: each is new again when its turn comes. */
const DIFFERENT = 4_096;

const PEER = 'wechatpay-axios-plugin behind raw-body';

/** A Koa endpoint for notifications of API v2. */
export const v2: Measure = (effort) => {
  const merchant = createMerchant();
  const servers: Served[] = [
    { name: NAME, app: 'notify-v2 ours' },
    { name: PEER, app: 'notify-v2 peer', reach: { rate: { least: 1.3 }, p99: { most: 1 } } },
    { name: 'hand-written', app: 'notify-v2 floor' },
  ];
  const genuine = notificationsV2(merchant, DIFFERENT).map(postV2);
  return measureEndpoints('v2', merchant, servers, genuine, mapped(forgedV2(merchant), postV2), effort);
};

/** A Koa endpoint for notifications of API v3. */
export const v3: Measure = (effort) => {
  const merchant = createMerchant();
  const servers: Served[] = [
    { name: NAME, app: 'notify-v3 ours' },
    { name: PEER, app: 'notify-v3 peer', reach: { rate: { least: 1 } } },
    { name: 'wechatpay-node-v3 behind raw-body', app: 'notify-v3 node', reach: { rate: { least: 1 } } },
    { name: 'hand-written', app: 'notify-v3 floor', reach: { rate: { least: 0.9 }, p99: { most: 1.3 } } },
  ];
  const genuine = notificationsV3(merchant, effort.quick ? 256 : DIFFERENT).map(postV3);
  return measureEndpoints('v3', merchant, servers, genuine, mapped(forgedV3(merchant), postV3), effort);
};

async function measureEndpoints(
  version: 'v2' | 'v3',
  merchant: Merchant,
  servers: readonly Served[],
  genuine: LoadRequest[],
  forged: Record<string, LoadRequest>,
  effort: Effort,
): Promise<RowResult> {
  const running = await startServers(servers, { merchant });
  try {
    const posting = running.map(({ name, url }) => ({
      name,
      read: async (request: LoadRequest) => (await fetch(url, request as RequestInit)).ok,
    }));
    const remarks = await remarksOn(posting, genuine.slice(0, 16), forged);
    const rounds = await loadInTurn(running, genuine, CONNECTIONS, effort);
    return { comparisons: compareServers(`Koa notify ${version}, ${CONNECTIONS} connections`, rounds), remarks };
  } finally {
    await Promise.all(running.map(({ process }) => process.stop()));
  }
}

const mapped = <From, To>(all: Readonly<Record<string, From>>, change: (one: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(all).map(([kind, one]) => [kind, change(one)]));
