import type { Comparison } from '../row.js';
import { median, spread } from './statistics.js';

/** Figures against a bound that no other package has to keep. */
export const againstBound = (
  measured: string,
  values: readonly number[],
  bound: number,
  print: (value: number) => string,
): Comparison => ({
  measured,
  ours: print(median(values)),
  against: 'a fixed bound',
  theirs: print(bound),
  ratio: spread(values.map((value) => value / bound)),
  reach: { most: 1 },
});
