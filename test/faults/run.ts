import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { findBinary } from '../support/binaries.js';
import type { Experiment, Scale } from './experiment.js';
import { EXPERIMENTS } from './experiments/index.js';
import { markdown, type Row, told, verdictOf } from './table.js';
import { createWorld, PROGRAMS } from './world.js';

/**
 * The fault tests: `npm run test:faults`. Real databases, real processes, SIGKILL. Prints a line for each experiment and the
 * table of all, also into artifacts/faults.md; exits with 1 when a bound is not met.
 *
 * `--only <part of a name>` runs some, `--full` runs several times as much of each.
 */
const { values } = parseArgs({ options: { only: { type: 'string', multiple: true }, full: { type: 'boolean' } } });
const scale: Scale = values.full ? 'full' : 'short';
const strict = process.env.CI === 'true';
/** Nothing here takes so long: whatever runs then hangs. */
const GUARD_MINUTES = 60;

const chosen = EXPERIMENTS.filter(({ name }) => !values.only || values.only.some((part) => name.includes(part)));
if (chosen.length === 0) {
  console.error(`no such experiment; there are:\n${EXPERIMENTS.map(({ name }) => `  ${name}`).join('\n')}`);
  process.exit(1);
}

const world = createWorld();
const rows = new Map<Experiment, Row>();
const guard = setTimeout(() => finish(`not finished after ${GUARD_MINUTES} minutes`), GUARD_MINUTES * 60_000);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => finish(`ended by ${signal}`));

const underWay: Promise<void>[] = [];
for (const experiment of chosen) {
  const done = run(experiment).then((row) => {
    rows.set(experiment, row);
    console.log(`${verdictOf(row, strict).padEnd(7)}  ${row.name} in ${row.seconds.toFixed(1)} s: ${told(row)}`);
  });
  underWay.push(done);
  if (!experiment.waits) await done;
}
await Promise.all(underWay);
await finish();

async function run({ name, needs, run }: Experiment): Promise<Row> {
  const missing = needs.flatMap((store) => PROGRAMS[store]).filter((program) => !findBinary(program));
  if (missing.length > 0) return { name, figures: [], seconds: 0, missing };
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  try {
    const figures = await run(world, scale);
    return { name, figures, seconds: seconds() };
  } catch (error) {
    console.error(error);
    return { name, figures: [], seconds: seconds(), failure: error instanceof Error ? error.message : String(error) };
  }
}

async function finish(cutShort?: string): Promise<never> {
  clearTimeout(guard);
  const found = chosen.flatMap((experiment) => rows.get(experiment) ?? []);
  const table = markdown(found, strict);
  console.log(`\n${table}`);
  if (cutShort) {
    const missing = chosen.filter((experiment) => !rows.has(experiment)).map(({ name }) => name);
    console.error(`${cutShort}; without a result: ${missing.join('; ')}`);
  }
  mkdirSync('artifacts', { recursive: true });
  writeFileSync('artifacts/faults.md', `${table}\n`);
  await world.close();
  const failed = cutShort !== undefined || found.some((row) => verdictOf(row, strict) === 'NOT MET');
  process.exit(failed ? 1 : 0);
}
