import { setTimeout as sleep } from 'node:timers/promises';
import { type DurableStore, TITLES, type TutorialStore } from '../config.js';
import { type Delivered, deliver } from '../driver.js';
import { atLeast, type Experiment, exactlyOnce, figure, ordersNamed, type Scale, STORES } from '../experiment.js';
import { killing } from '../killer.js';
import { type Audit, audit } from '../ledger.js';
import { deathsOf, withServers } from '../servers.js';
import { needsOf } from '../stores/store.js';
import type { World } from '../world.js';

export interface Storm {
  orders: number;
  kills: number;
  /** Where an experiment has several, the number of this one. */
  round?: number;
  /** Where notifications wait between their acknowledgement and their effect. */
  stored?: Stored;
}

export interface Stored {
  has(out_trade_no: string): Promise<boolean>;
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>;
}

export interface Weathered {
  kills: number;
  deaths: number;
  delivered: Delivered;
  audited: Audit;
}

/**
 * Four processes, three copies of each notification at the same instant, one process killed every 300 to 500 ms: in the middle of
 * what it does, for orders arrive all the time and handlers take a while on both sides of their effect.
 */
export async function weather(
  world: World,
  store: DurableStore | TutorialStore,
  { orders, kills, round = 1, stored }: Storm,
): Promise<Weathered> {
  const prefix = `${stored ? 'STORED' : 'STORM'}-${store}-${round}-`;
  const names = ordersNamed(prefix, orders);
  const ledger = await world.ledger(store);
  await ledger.place(names);
  return withServers(4, await world.config(store, { lingering: 50, stored: stored !== undefined }), async (servers) => {
    const killer = killing(kills, servers);
    const delivered = await deliver({
      names,
      servers,
      copies: 3,
      // asked in this order: what leaves the one is in the other
      credited: async (name) => (await stored?.has(name)) || ledger.has(name),
      // the load lasts as long as the kills, and is spread over the time between two of them
      async admit(index) {
        await killer.faults.reached(Math.ceil((index * kills) / orders));
        await sleep(Math.random() * 400);
      },
      acknowledged: () => killer.faults.acknowledged(),
    });
    await killer.stop();
    await stored?.drained();
    const audited = await audit(ledger, prefix, names);
    return { kills: killer.faults.count, deaths: deathsOf(servers), delivered, audited };
  });
}

const SIZES: Record<Scale, Storm> = {
  short: { orders: 400, kills: 20 },
  full: { orders: 2_000, kills: 100 },
};

export const storms: Experiment[] = STORES.map((store) => ({
  name: `storm: ${TITLES[store]}${store === 'redis' ? ' with the conditional update' : ''}`,
  needs: needsOf(store),
  async run(world, scale) {
    const size = SIZES[scale];
    const { kills, delivered, audited } = await weather(world, store, size);
    return [
      figure('orders', size.orders),
      figure('kills', kills, atLeast(size.kills)),
      figure('cut off', delivered.unanswered, atLeast(size.kills)),
      ...exactlyOnce(audited, delivered),
    ];
  },
}));
