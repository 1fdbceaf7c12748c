import { forgedV3, postV3 } from '../inputs/v3.js';
import { againstBound } from '../measuring/bound.js';
import { megabytes, milliseconds, perSecond } from '../measuring/format.js';
import { openShop } from '../measuring/shop.js';
import { median, quantile, ratioOf } from '../measuring/statistics.js';
import type { Measure } from '../row.js';
import { type Heap, startChild } from '../servers/child.js';
import type { Load, Loaded } from '../servers/load.js';

const GENUINE_CONNECTIONS = 4;
const FORGED_CONNECTIONS = 64;
const LONGEST_P99 = 250;
const MOST_KEPT = 4 * 2 ** 20;

/** One round: genuine notifications alone, then beside as many forged ones as the process can refuse. */
interface Round {
  alone: Loaded;
  beside: Loaded;
  attack: Loaded;
  /** Bytes that are left in the heap. */
  kept: number;
}

export const measure: Measure = async ({ quick, loads, warmups, seconds }) => {
  const shop = await openShop(quick ? 500 : 6_000);
  const [genuine, attacker] = [startChild('load'), startChild('load')];
  const forged = Object.values(forgedV3(shop.merchant)).map(postV3);
  const flood: Load = { url: shop.url, requests: forged, connections: FORGED_CONNECTIONS, seconds };
  const few = shop.load(GENUINE_CONNECTIONS, seconds);

  async function play(): Promise<Round> {
    await shop.process.ask({ reset: true });
    const alone = await genuine.ask<Loaded>(few);
    await shop.process.ask({ reset: true });
    const before = await shop.process.ask<Heap>('heap');
    const [beside, attack] = await Promise.all([genuine.ask<Loaded>(few), attacker.ask<Loaded>(flood)]);
    const after = await shop.process.ask<Heap>('heap');
    return { alone, beside, attack, kept: after.heap - before.heap };
  }

  try {
    const rounds: Round[] = [];
    while (rounds.length < warmups + loads) rounds.push(await play());
    rounds.splice(0, warmups);
    const settled = rounds.map(({ beside }) => beside.rate);
    const alone = rounds.map(({ alone }) => alone.rate);
    const p99 = rounds.map(({ beside }) => quantile(beside.times, 0.99));
    const kept = rounds.map(({ kept }) => kept);
    const refused = perSecond(median(rounds.map(({ attack }) => attack.rate)));
    return {
      comparisons: [
        againstBound(`genuine beside ${refused} forged, p99`, p99, LONGEST_P99, milliseconds),
        {
          measured: `genuine beside ${refused} forged, settled a second`,
          ours: perSecond(median(settled)),
          against: 'genuine alone',
          theirs: perSecond(median(alone)),
          ratio: ratioOf(settled, alone),
        },
        againstBound('the same, heap kept afterwards', kept, MOST_KEPT, megabytes),
      ],
    };
  } finally {
    await Promise.all([shop.stop(), genuine.stop(), attacker.stop()]);
  }
};
