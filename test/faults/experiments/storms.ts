import { type DurableStore, TITLES, type TutorialStore } from '../config.js';
import { type Delivered, deliver } from '../driver.js';
import { atLeast, type Experiment, exactlyOnce, figure, ordersNamed, STORES } from '../experiment.js';
import { killing } from '../killer.js';
import { type Audit, audit } from '../ledger.js';
import { deathsOf, withServers } from '../servers.js';
import { needsOf } from '../stores/store.js';
import type { World } from '../world.js';

export interface Storm {
  orders: number;
  kills: number;
}

export interface Weathered {
  kills: number;
  deaths: number;
  delivered: Delivered;
  audited: Audit;
}

/** Four processes, three copies of each notification at the same instant, one process killed every 300 to 500 ms. */
export async function weather(
  world: World,
  store: DurableStore | TutorialStore,
  { orders, kills }: Storm,
): Promise<Weathered> {
  const prefix = `STORM-${store}-`;
  const names = ordersNamed(prefix, orders);
  const ledger = await world.ledger(store);
  await ledger.place(names);
  return withServers(4, await world.config(store), async (servers) => {
    const killer = killing(kills, servers);
    const delivered = await deliver({
      names,
      servers,
      copies: 3,
      credited: ledger.has,
      // the load lasts as long as the kills
      admit: (index) => killer.faults.reached(Math.floor((index * kills) / orders)),
    });
    await killer.faults.reached(kills);
    await killer.stop();
    const audited = await audit(ledger, prefix, names);
    return { kills: killer.faults.count, deaths: deathsOf(servers), delivered, audited };
  });
}

export const storms: Experiment[] = STORES.map((store) => ({
  name: `storm: ${TITLES[store]}${store === 'redis' ? ' with the conditional update' : ''}`,
  needs: needsOf(store),
  async run(world, { long }) {
    const size = long ? { orders: 10_000, kills: 500 } : { orders: 2_000, kills: 100 };
    const { kills, delivered, audited } = await weather(world, store, size);
    return [
      figure('orders', size.orders),
      figure('kills', kills, atLeast(size.kills)),
      figure('without an answer', delivered.unanswered),
      ...exactlyOnce(audited, delivered),
    ];
  },
}));
