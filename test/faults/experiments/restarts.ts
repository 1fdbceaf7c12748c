import { type DurableStore, TITLES } from '../config.js';
import { deliver } from '../driver.js';
import { type Experiment, exactly, exactlyOnce, figure, ordersNamed, type Scale, STORES } from '../experiment.js';
import { audit } from '../ledger.js';
import { deathsOf, withServers } from '../servers.js';
import { needsOf } from '../stores/store.js';

/** Killed, and then shut down as an administrator would who does not wait for clients. */
const SIGNALS: Record<DurableStore, [NodeJS.Signals, NodeJS.Signals]> = {
  postgres: ['SIGKILL', 'SIGINT'],
  mariadb: ['SIGKILL', 'SIGTERM'],
  redis: ['SIGKILL', 'SIGKILL'],
};

const ORDERS: Record<Scale, number> = { short: 300, full: 1_000 };

export const restarts: Experiment[] = STORES.map((store) => ({
  name: `restarts: ${TITLES[store]} twice, ${SIGNALS[store].join(' and ')}`,
  needs: needsOf(store),
  async run(world, scale) {
    const orders = ORDERS[scale];
    const prefix = `RESTART-${store}-`;
    const names = ordersNamed(prefix, orders);
    const ledger = await world.ledger(store);
    await ledger.place(names);
    const database = await world.server(store);
    const restarting: Promise<unknown>[] = [];
    return withServers(2, await world.config(store), async (servers) => {
      const delivered = await deliver({
        names,
        servers,
        credited: ledger.has,
        async admit(index) {
          const [first, second] = SIGNALS[store];
          if (index === Math.floor(orders / 3)) restarting.push(database.restart(first));
          if (index === Math.floor((orders * 2) / 3)) {
            await restarting[0];
            restarting.push(database.restart(second));
          }
        },
      });
      await Promise.all(restarting);
      return [
        figure('orders', orders),
        figure('restarts', restarting.length, exactly(2)),
        figure('refused meanwhile', delivered.refusals),
        ...exactlyOnce(await audit(ledger, prefix, names), delivered),
        figure('deaths', deathsOf(servers), exactly(0)),
      ];
    });
  },
}));
