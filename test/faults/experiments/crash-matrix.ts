import { setTimeout as sleep } from 'node:timers/promises';
import { type DurableStore, TITLES } from '../config.js';
import { CRASH_HEADER, crashHeader, POINTS, type Point } from '../crash.js';
import { allOf, type Delivered, deliver, noticeOf, send } from '../driver.js';
import { type Experiment, exactly, exactlyOnce, type Figure, figure, type Scale, STORES } from '../experiment.js';
import { audit, type Ledger } from '../ledger.js';
import { type ShopServer, withServers } from '../servers.js';
import { needsOf } from '../stores/store.js';

/** Lines the ledger has after a death here: `undefined` where nobody can say. */
function linesAfter(point: Point, store: DurableStore): number | undefined {
  switch (point) {
    case 'committing':
      return store === 'redis' ? 1 : undefined;
    case 'written':
      return store === 'redis' ? 1 : 0;
    case 'committed':
    case 'answering':
      return 1;
    default:
      return 0;
  }
}

interface Found {
  deaths: number;
  /** Orders whose process did not die where it was told to, or that left something else behind than is known of that point. */
  elsewhere: number;
  delivered: Delivered[];
}

/** Killed with all of them at the point, started again, and delivered until acknowledged. */
async function crash(
  server: ShopServer,
  ledger: Ledger,
  store: DurableStore,
  names: string[],
  point: Point,
  found: Found,
) {
  const before = server.deaths;
  await Promise.all(names.map((name) => untilDead(server, name, crashHeader(point, names.length, name))));
  const died = server.deaths === before + 1;
  if (died) found.deaths++;
  else await server.kill();
  for (const name of names) {
    const lines = (await ledger.has(name)) ? 1 : 0;
    if (!died || lines !== (linesAfter(point, store) ?? lines)) found.elsewhere++;
  }
  await server.start();
  found.delivered.push(await deliver({ names, servers: [server], credited: ledger.has, copies: 2, pause: [50, 150] }));
}

const MOST_ROUNDS = 200;

/** A notification that is refused on its way to the point (a process that just started is slow) is sent again. */
async function untilDead(server: ShopServer, name: string, header: string): Promise<void> {
  const { body, headers } = noticeOf(name);
  const before = server.deaths;
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const { answer } = await send(server, { body, headers: { ...headers, [CRASH_HEADER]: header } });
    if (answer === 'success') return;
    await Promise.race([server.ended(), sleep(100)]);
    if (server.deaths > before) return;
  }
}

/** Orders that stand at the same point when their process dies. */
const TOGETHER = 5;
const LANES = 3;
/** Orders for each point. */
const RUNS: Record<Scale, number> = { short: 10, full: 25 };

export const crashMatrix: Experiment[] = STORES.map((store) => ({
  name: `crash matrix: ${TITLES[store]}, ${POINTS.length} points`,
  needs: needsOf(store),
  async run(world, scale): Promise<Figure[]> {
    const prefix = `CRASH-${store}-`;
    const work = POINTS.flatMap((point) =>
      Array.from({ length: RUNS[scale] / TOGETHER }, (_, round) => ({
        point,
        names: Array.from({ length: TOGETHER }, (_, n) => `${prefix}${point}-${round}-${n}`),
      })),
    );
    const names = work.flatMap((batch) => batch.names);
    const ledger = await world.ledger(store);
    await ledger.place(names);
    const found: Found = { deaths: 0, elsewhere: 0, delivered: [] };
    const left = [...work];
    await withServers(LANES, await world.config(store, { crashes: true, yields: true }), (servers) =>
      Promise.all(
        servers.map(async (server) => {
          for (let next = left.shift(); next; next = left.shift()) {
            await crash(server, ledger, store, next.names, next.point, found);
          }
        }),
      ),
    );
    return [
      figure('runs', names.length),
      figure('deaths', found.deaths, exactly(work.length)),
      figure('elsewhere', found.elsewhere, exactly(0)),
      ...exactlyOnce(await audit(ledger, prefix, names), allOf(found.delivered)),
    ];
  },
}));
