/** The command behind `npm run bench`: measures the rows it is asked for and prints one table. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { findBinary } from '../test/support/binaries.js';
import { machine, table } from './report.js';
import { type Comparison, type Effort, isReached } from './row.js';
import { NEEDS, ROWS } from './rows.js';

const USAGE = `npm run bench -- [options] [row …]

  --quick      run each row once, only to show that it runs: no figure is judged
  --json FILE  write the figures to FILE as well

rows: ${Object.keys(ROWS).join(', ')}`;

const FULL: Effort = { quick: false, rounds: 15, slice: 40, loads: 5, warmups: 1, seconds: 3 };
const QUICK: Effort = { quick: true, rounds: 1, slice: 1, loads: 1, warmups: 0, seconds: 0.3 };

interface Arguments {
  names: string[];
  effort: Effort;
  json: string | undefined;
}

function readArguments(): Arguments {
  const { values, positionals } = parseArgs({
    options: { quick: { type: 'boolean' }, json: { type: 'string' }, help: { type: 'boolean' } },
    allowPositionals: true,
  });
  const unknown = positionals.find((name) => !Object.hasOwn(ROWS, name));
  if (unknown !== undefined) throw new Error(`there is no row ${unknown}`);
  if (values.help) {
    console.log(USAGE);
    process.exit();
  }
  const names = positionals.length > 0 ? positionals : Object.keys(ROWS);
  return { names, effort: values.quick ? QUICK : FULL, json: values.json };
}

async function main({ names, effort, json }: Arguments): Promise<void> {
  const comparisons: (Comparison & { row: string })[] = [];
  const remarks: string[] = [];
  for (const row of names) {
    process.stderr.write(`${row} …\n`);
    const missing = (NEEDS[row] ?? []).filter((program) => findBinary(program) === undefined);
    if (missing.length > 0) {
      if (process.env.CI) throw new Error(`${row} needs ${missing.join(', ')}`);
      remarks.push(`${row}: not measured, ${missing.join(' and ')} not found`);
      continue;
    }
    const measure = await (ROWS[row] as (typeof ROWS)[string])();
    const result = await measure(effort);
    comparisons.push(...result.comparisons.map((comparison) => ({ row, ...comparison })));
    remarks.push(...(result.remarks ?? []).map((remark) => `${row}: ${remark}`));
  }
  console.log(`\n${machine()}\n\n${table(comparisons, !effort.quick)}\n`);
  for (const remark of remarks) console.log(`- ${remark}`);
  if (json !== undefined) {
    const figures = comparisons.map((comparison) => ({ ...comparison, reached: isReached(comparison) }));
    writeFileSync(json, `${JSON.stringify({ machine: machine(), quick: effort.quick, figures, remarks }, null, 2)}\n`);
  }
}

let given: Arguments;
try {
  given = readArguments();
} catch (error) {
  console.error(`${(error as Error).message}\n\n${USAGE}`);
  process.exit(2);
}
await main(given);
// What a row started has been stopped; a socket that a peer keeps open must not hold the process.
process.exit();
