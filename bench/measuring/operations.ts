import { measure } from 'mitata';
import type { Comparison, Effort, Reach } from '../row.js';
import { microseconds } from './format.js';
import { median, ratioOf } from './statistics.js';

/** One way of doing the work of a row. */
export interface Timed {
  name: string;
  /** Does the work once. */
  run(): unknown;
  /** What our time divided by this one's shall reach. */
  reach?: Reach;
}

/** Times candidates in turn, round after round, and compares the first with each of the others. */
export async function compareOperations(
  measured: string,
  [ours, ...others]: [Timed, ...Timed[]],
  effort: Effort,
): Promise<Comparison[]> {
  const times = await interleaved([ours, ...others], effort);
  const own = times.get(ours) as number[];
  return others.map((other) => {
    const theirs = times.get(other) as number[];
    return {
      measured,
      ours: microseconds(median(own)),
      against: other.name,
      theirs: microseconds(median(theirs)),
      ratio: ratioOf(own, theirs),
      reach: other.reach,
    };
  });
}

/** Processor time and not the time on the wall: what else the machine does must not count. Nanoseconds. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1_000;
}

/** Nanoseconds per call of each candidate, one figure per round. */
export async function interleaved(
  candidates: readonly Timed[],
  { rounds, slice, quick }: Effort,
): Promise<Map<Timed, number[]>> {
  const times = new Map<Timed, number[]>(candidates.map((candidate) => [candidate, []]));
  const options = {
    now: processorTime,
    min_cpu_time: slice * 1e6,
    min_samples: quick ? 1 : 6,
    // Calls shorter than 2 ms are timed in batches, so that reading the clock costs nothing against them.
    batch_samples: quick ? 4 : 32,
    batch_threshold: 2e6,
  };
  for (let round = 0; round < rounds; round++) {
    for (let n = 0; n < candidates.length; n++) {
      // Each round begins with another candidate, so that none is always timed after the same neighbour.
      const candidate = candidates[(n + round) % candidates.length] as Timed;
      const { p50 } = await measure(() => candidate.run(), options);
      times.get(candidate)?.push(p50);
    }
  }
  return times;
}

/** A candidate that takes the next of several inputs at each call, so that no engine remembers the one it saw last. */
export function timed<Input>(
  name: string,
  work: (input: Input) => unknown,
  inputs: readonly Input[],
  reach?: Reach,
): Timed {
  let next = 0;
  return { name, run: () => work(inputs[next++ % inputs.length] as Input), ...(reach && { reach }) };
}
