import { NAME } from '../candidates/ours.js';
import { createMerchant } from '../inputs/merchant.js';
import { PREPAY_ID } from '../inputs/order.js';
import { compareServers, loadInTurn, type Served, startServers, startUpstream } from '../measuring/servers.js';
import type { Effort, Measure, RowResult } from '../row.js';

const CONNECTIONS = 16;

/** A Koa endpoint that places each order at API v2. */
export const v2: Measure = (effort) =>
  measureEndpoints(
    'v2',
    [
      { name: NAME, app: 'prepay-v2 ours' },
      { name: 'wechatpay-axios-plugin', app: 'prepay-v2 peer', reach: { rate: { least: 2 } } },
      { name: "undici's pool, hand-written", app: 'prepay-v2 floor', reach: { rate: { least: 0.75 } } },
    ],
    effort,
  );

/** A Koa endpoint that places each order at API v3. */
export const v3: Measure = (effort) =>
  measureEndpoints(
    'v3',
    [
      { name: NAME, app: 'prepay-v3 ours' },
      { name: 'wechatpay-axios-plugin', app: 'prepay-v3 peer' },
      { name: 'wechatpay-node-v3', app: 'prepay-v3 node' },
      { name: 'hand-written, signing on the main thread', app: 'prepay-v3 floor', reach: { rate: { least: 1.4 } } },
      { name: 'hand-written, signing in the thread pool', app: 'prepay-v3 pooled floor' },
    ],
    effort,
  );

async function measureEndpoints(version: 'v2' | 'v3', servers: readonly Served[], effort: Effort): Promise<RowResult> {
  const merchant = createMerchant();
  const upstream = await startUpstream(merchant);
  const running = await startServers(servers, { merchant, upstream: upstream.url });
  try {
    for (const { name, url } of running) await checkPage(name, url);
    const rounds = await loadInTurn(running, [{ method: 'POST', path: '/' }], CONNECTIONS, effort);
    return { comparisons: compareServers(`Koa prepay ${version}, upstream 0 ms, ${CONNECTIONS} connections`, rounds) };
  } finally {
    await Promise.all([...running, upstream].map(({ process }) => process.stop()));
  }
}

/** The page must get the six parameters of the order that was placed. */
async function checkPage(name: string, url: string): Promise<void> {
  const answer = await fetch(url, { method: 'POST' });
  const params = (await answer.json()) as Record<string, string>;
  const complete = ['appId', 'timeStamp', 'nonceStr', 'package', 'signType', 'paySign'].every((key) => params[key]);
  if (!complete || params.package !== `prepay_id=${PREPAY_ID}`) throw new Error(`${name} answers something else`);
}
