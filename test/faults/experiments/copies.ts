import { TITLES } from '../config.js';
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
import { audit } from '../ledger.js';
import { SLOW } from '../misbehave.js';
import { deathsOf, withServers } from '../servers.js';
import { needsOf } from '../stores/store.js';

const COPIES = 64;
const ORDERS: Record<Scale, number> = { short: 120, full: 1_000 };
/** One order of so many has a slow handler. It holds up the others too: its copies wait on connections of the same pool. */
const SLOW_EACH = 500;

/** Whatever the shape of the traffic: one effect, and no success before it is durable. */
export const copies: Experiment[] = STORES.map((store) => ({
  name: `${COPIES} simultaneous copies: ${TITLES[store]}`,
  needs: needsOf(store),
  async run(world, scale) {
    const orders = ORDERS[scale];
    const prefix = `COPIES-${store}-`;
    // now and then copies find the first one still at it
    const names = ordersNamed(prefix, orders).map((name, n) => (n % SLOW_EACH === 1 ? `${name}${SLOW}` : name));
    const ledger = await world.ledger(store);
    await ledger.place(names);
    return withServers(2, await world.config(store), async (servers) => {
      const delivered = await deliver({ names, servers, copies: COPIES, concurrency: 8, credited: ledger.has });
      const lines = await ledger.lines(prefix);
      return [
        figure('orders', orders),
        figure(
          'effects',
          [...lines.values()].reduce((all, some) => all + some, 0),
          exactly(orders),
        ),
        figure('successes', delivered.successes, atLeast(orders)),
        figure('refused meanwhile', delivered.refusals, atLeast(1)),
        ...exactlyOnce(await audit(ledger, prefix, names), delivered),
        figure('deaths', deathsOf(servers), exactly(0)),
      ];
    });
  },
}));
