import type { DurableStore } from '../config.js';
import { allOf, type Delivered, deliver } from '../driver.js';
import {
  atMost,
  type Experiment,
  exactly,
  exactlyOnce,
  type Figure,
  figure,
  ordersNamed,
  type Scale,
  STORES,
} from '../experiment.js';
import { type Audit, audit } from '../ledger.js';
import { MANNERS, type Manner } from '../misbehave.js';
import { withServers } from '../servers.js';
import { needsOf } from '../stores/store.js';
import type { World } from '../world.js';

const ORDERS = 4;
/** Orders of ordinary handlers before them. */
const WARM = 50;
/** WeChat hangs up at five seconds; the library answers by 4.5, and the way there and back is measured too. */
const ANSWERED_WITHIN = 4_600;

/** Longer than any notification waits. */
const SLEEP: Record<Scale, number> = { short: 10_000, full: 30_000 };

/** How often the handler begins: a sleeper settles in its own run, two throw, one never settles. */
const RUNS: Record<Manner, number> = { SLEEPS: 1, THROWS: 3, NEVER: 2 };

/** A process whose handlers may take a minute, and one that gives them up after some seconds. */
const OPTIONS: Record<Manner, { handlerTimeout?: number }> = {
  SLEEPS: {},
  THROWS: {},
  NEVER: { handlerTimeout: 6_000 },
};

interface Watched {
  manner: Manner;
  delivered: Delivered;
  audited: Audit;
  /** Orders whose handler began more often, or less. */
  otherwise: number;
}

async function watch(
  world: World,
  store: DurableStore,
  manner: Manner,
  sleepFor: number,
  ready: () => Promise<void>,
): Promise<Watched> {
  const prefix = `${manner}-${store}-`;
  const names = ordersNamed(prefix, ORDERS);
  const ledger = await world.ledger(store);
  const others = ordersNamed(`OTHER-${prefix}`, WARM);
  await ledger.place([...others, ...names]);
  // No process dies here: a lease must outlive every pause of a busy machine, or its handler begins once more.
  const config = await world.config(store, { ...OPTIONS[manner], sleepFor, leaseTime: 5_000 });
  return withServers(1, config, async (servers) => {
    // Nine processes that start and compile what they run at once take the processor from each other.
    await deliver({ names: others, servers, copies: 2, credited: ledger.has });
    await ready();
    const delivered = await deliver({ names, servers, copies: 2, credited: ledger.has, pause: [500, 1_000] });
    const runs = await ledger.runs(prefix);
    const otherwise = names.filter((name) => runs.get(name) !== RUNS[manner]).length;
    return { manner, delivered, audited: await audit(ledger, prefix, names), otherwise };
  });
}

/** Resolves for everybody once so many have come. */
function meeting(size: number): () => Promise<void> {
  let come = 0;
  let begin = (): void => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  return () => {
    if (++come === size) begin();
    return begun;
  };
}

const slowest = (watched: Watched[], manner: Manner): number =>
  Math.round(Math.max(...watched.filter((each) => each.manner === manner).map(({ delivered }) => delivered.slowest)));

/** All of them at once, over all stores; nothing runs beside them, for the time of their answers is measured. */
export const slowHandlers: Experiment[] = [
  {
    name: 'handlers that sleep, throw, never settle: all stores',
    needs: [...new Set(STORES.flatMap(needsOf))],
    async run(world, scale): Promise<Figure[]> {
      const sleepFor = SLEEP[scale];
      const pairs = STORES.flatMap((store) => MANNERS.map((manner) => ({ store, manner })));
      const ready = meeting(pairs.length);
      const watched = await Promise.all(pairs.map(({ store, manner }) => watch(world, store, manner, sleepFor, ready)));
      const sum = (count: (each: Watched) => number): number => watched.reduce((all, each) => all + count(each), 0);
      return [
        figure('orders', pairs.length * ORDERS),
        figure('sleep (ms)', sleepFor),
        ...MANNERS.map((manner) =>
          figure(`${manner.toLowerCase()}: slowest answer (ms)`, slowest(watched, manner), atMost(ANSWERED_WITHIN)),
        ),
        figure(
          'handlers begun otherwise',
          sum(({ otherwise }) => otherwise),
          exactly(0),
        ),
        figure(
          'refused meanwhile',
          sum(({ delivered }) => delivered.refusals),
        ),
        figure(
          'unanswered',
          sum(({ delivered }) => delivered.unanswered),
          exactly(0),
        ),
        ...exactlyOnce(
          { lost: sum(({ audited }) => audited.lost), doubled: sum(({ audited }) => audited.doubled) },
          allOf(watched.map(({ delivered }) => delivered)),
        ),
      ];
    },
  },
];
