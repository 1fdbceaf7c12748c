import { perSecond } from '../measuring/format.js';
import { openShop } from '../measuring/shop.js';
import { median, ratioOf } from '../measuring/statistics.js';
import type { Measure } from '../row.js';
import { startChild } from '../servers/child.js';
import type { Loaded } from '../servers/load.js';

const CONNECTIONS = 16;
const COPIES = 64;

/** wxNotify with postgresOnce against bare transactions through the same pool. */
export const settle: Measure = async ({ quick, loads, warmups, seconds }) => {
  const shop = await openShop(quick ? 500 : 6_000);
  const loader = startChild('load');
  try {
    const ours: number[] = [];
    const bare: number[] = [];
    for (let round = -warmups; round < loads; round++) {
      await shop.process.ask({ reset: true });
      const { rate } = await loader.ask<Loaded>(shop.load(CONNECTIONS, seconds));
      await shop.process.ask({ reset: true });
      const limit = await shop.process.ask<{ rate: number }>({ bare: { loops: CONNECTIONS, seconds } });
      if (round < 0) continue;
      ours.push(rate);
      bare.push(limit.rate);
    }
    return {
      comparisons: [
        {
          measured: `wxNotify with PostgreSQL, ${CONNECTIONS} connections, settled a second`,
          ours: perSecond(median(ours)),
          against: 'bare begin, insert, update, commit through the same pool',
          theirs: perSecond(median(bare)),
          ratio: ratioOf(ours, bare),
          reach: { least: 0.85 },
        },
      ],
    };
  } finally {
    await Promise.all([shop.stop(), loader.stop()]);
  }
};

/** Sixty-four copies of each notification at the same time. */
export const copies: Measure = async ({ quick, loads, warmups, seconds }) => {
  const shop = await openShop(quick ? 500 : 6_000);
  const loader = startChild('load');
  try {
    const [single, copied]: [number[], number[]] = [[], []];
    for (let round = -warmups; round < loads; round++) {
      await shop.process.ask({ reset: true });
      const { rate } = await loader.ask<Loaded>(shop.load(COPIES, seconds));
      await shop.process.ask({ reset: true });
      const again = await loader.ask<Loaded>({ ...shop.load(COPIES, seconds), copies: true });
      if (round < 0) continue;
      single.push(rate);
      copied.push(again.rate);
    }
    return {
      comparisons: [
        {
          measured: `wxNotify with PostgreSQL, ${COPIES} copies of each at once, answers a second`,
          ours: perSecond(median(copied)),
          against: 'as many connections, one copy of each',
          theirs: perSecond(median(single)),
          ratio: ratioOf(copied, single),
        },
      ],
    };
  } finally {
    await Promise.all([shop.stop(), loader.stop()]);
  }
};
