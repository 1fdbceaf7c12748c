import type { Comparison, Effort, Reach } from '../row.js';
import { microseconds } from './format.js';
import { interleaved, type Timed } from './operations.js';
import { median, spread } from './statistics.js';

/** The same work at several sizes. */
export interface Sized {
  size: number;
  run(): unknown;
}

/** Linear is 1; a tenth is left for what the figures scatter by. */
const LINEAR: Reach = { most: 1.1 };

/** How cost grows with size: the growth of the cost divided by the growth of the size, from the smallest size on. */
export async function compareSizes(
  measured: string,
  unit: string,
  sizes: readonly Sized[],
  effort: Effort,
): Promise<Comparison[]> {
  const timed = new Map<Sized, Timed>(sizes.map((sized) => [sized, { name: String(sized.size), run: sized.run }]));
  const times = await interleaved([...timed.values()], effort);
  const costs = sizes.map((sized) => ({ size: sized.size, costs: times.get(timed.get(sized) as Timed) as number[] }));
  return growthOf(measured, unit, costs);
}

/** The same of costs that were measured elsewhere, in nanoseconds. */
export function growthOf(
  measured: string,
  unit: string,
  [smallest, ...larger]: readonly { size: number; costs: readonly number[] }[],
): Comparison[] {
  const { size: base, costs: baseCosts } = smallest as NonNullable<typeof smallest>;
  return larger.map(({ size, costs }) => ({
    measured: `${measured}, ${count(base)} → ${count(size)} ${unit}, growth of cost by growth of size`,
    ours: microseconds(median(costs)),
    against: `${count(base)} ${unit}`,
    theirs: microseconds(median(baseCosts)),
    ratio: spread(costs.map((cost, round) => cost / (baseCosts[round] as number) / (size / base))),
    reach: LINEAR,
  }));
}

const count = (size: number): string => size.toLocaleString('en');
