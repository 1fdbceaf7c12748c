import { createMerchant } from '../inputs/merchant.js';
import { againstBound } from '../measuring/bound.js';
import { megabytes, seconds } from '../measuring/format.js';
import { median, ratioOf } from '../measuring/statistics.js';
import type { Measure } from '../row.js';
import type { Question, Read } from '../servers/bill-reader.js';
import { startChild } from '../servers/child.js';

const MOST = 100 * 2 ** 20;

/** A trade bill as rows, against counting the lines of the same stream. */
export const measure: Measure = async ({ quick, loads }) => {
  const rows = quick ? 10_000 : 1_000_000;
  const merchant = createMerchant();
  const server = startChild('bill');
  try {
    const { url } = await server.ask<{ url: string }>({ merchant, rows });
    const read = async (how: Question['how']): Promise<Read> => {
      const reader = startChild('bill-reader');
      const found = await reader.ask<Read>({ merchant, url, how } satisfies Question);
      await reader.stop();
      if (found.count !== rows) throw new Error(`${found.count} rows of ${rows}`);
      return found;
    };
    const [ours, lines]: [Read[], Read[]] = [[], []];
    for (let round = 0; round < loads; round++) {
      ours.push(await read('rows'));
      lines.push(await read('lines'));
    }
    const cost = (all: Read[]) => all.map(({ cpu }) => cpu);
    const name = `bill of ${rows.toLocaleString('en')} rows`;
    return {
      comparisons: [
        {
          measured: `${name}, processor time`,
          ours: seconds(median(cost(ours))),
          against: 'counting the lines of the same stream',
          theirs: seconds(median(cost(lines))),
          ratio: ratioOf(cost(ours), cost(lines)),
          reach: { most: 5 },
        },
        againstBound(
          `${name}, growth of the process`,
          ours.map(({ growth }) => growth),
          MOST,
          megabytes,
        ),
      ],
    };
  } finally {
    await server.stop();
  }
};
