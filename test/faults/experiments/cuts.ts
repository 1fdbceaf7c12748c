import { startProxy } from '../../support/proxy.js';
import { type DurableStore, type ShopConfig, TITLES } from '../config.js';
import { deliver } from '../driver.js';
import {
  atLeast,
  type Experiment,
  exactly,
  exactlyOnce,
  figure,
  ordersNamed,
  type Scale,
  STORES,
} from '../experiment.js';
import { repeatedly } from '../killer.js';
import { audit } from '../ledger.js';
import { deathsOf, withServers } from '../servers.js';
import { needsOf } from '../stores/store.js';

const SIZES: Record<Scale, { orders: number; wanted: number }> = {
  short: { orders: 300, wanted: 10 },
  full: { orders: 1_000, wanted: 30 },
};

/** Half of the connections (at least one) between shop and store are reset every 150 to 300 ms: statements, commits and answers get lost. */
export const cuts: Experiment[] = STORES.map((store) => ({
  name: `connections cut: ${TITLES[store]}`,
  needs: needsOf(store),
  waits: true,
  async run(world, scale) {
    const { orders, wanted } = SIZES[scale];
    const prefix = `CUT-${store}-`;
    const names = ordersNamed(prefix, orders);
    const ledger = await world.ledger(store);
    await ledger.place(names);
    const proxy = await startProxy((await world.server(store)).port);
    try {
      const config = await world.config(store);
      return await withServers(2, through(proxy.port, config, store), async (servers) => {
        let connections = 0;
        const cutter = repeatedly(wanted, [150, 300], () => {
          const reset = proxy.cut(1 / 2);
          connections += reset;
          return reset > 0;
        });
        const delivered = await deliver({
          names,
          servers,
          copies: 2,
          credited: ledger.has,
          admit: (index) => cutter.faults.reached(Math.ceil((index * wanted) / orders)),
          acknowledged: () => cutter.faults.acknowledged(),
        });
        await cutter.stop();
        return [
          figure('orders', orders),
          figure('cuts', cutter.faults.count, atLeast(wanted)),
          figure('connections reset', connections, atLeast(wanted)),
          figure('refused meanwhile', delivered.refusals),
          ...exactlyOnce(await audit(ledger, prefix, names), delivered),
          figure('deaths', deathsOf(servers), exactly(0)),
        ];
      });
    } finally {
      await proxy.close();
    }
  },
}));

function through(port: number, config: ShopConfig, store: DurableStore): ShopConfig {
  const url = new URL(config[store]);
  url.port = String(port);
  return { ...config, [store]: url.href };
}
