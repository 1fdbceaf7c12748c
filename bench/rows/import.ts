import { execFileSync } from 'node:child_process';
import { milliseconds } from '../measuring/format.js';
import { median, ratioOf } from '../measuring/statistics.js';
import type { Comparison, Measure, Reach } from '../row.js';

/** What `import` resolves to in a shop, by file address: the built package, not the sources of this benchmark. */
const PACKAGES: readonly { name: string; reach?: Reach }[] = [
  { name: 'koa-wxpay' },
  { name: 'wechatpay-axios-plugin', reach: { most: 0.9 } },
  { name: 'wechatpay-node-v3', reach: { most: 0.9 } },
  { name: 'koa', reach: { most: 1.25 } },
];

/** Milliseconds of processor that the import of each package takes in a process of its own. */
export const measure: Measure = async ({ rounds }) => {
  const times = new Map<string, number[]>(PACKAGES.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name } of PACKAGES) times.get(name)?.push(importTime(import.meta.resolve(name)));
  }
  const ours = times.get('koa-wxpay') as number[];
  const others = PACKAGES.slice(1);
  return {
    comparisons: others.map(({ name, reach }): Comparison => {
      const theirs = times.get(name) as number[];
      return {
        measured: "import 'koa-wxpay'",
        ours: milliseconds(median(ours)),
        against: `import '${name}'`,
        theirs: milliseconds(median(theirs)),
        ratio: ratioOf(ours, theirs),
        reach,
      };
    }),
  };
};

function importTime(url: string): number {
  const script = `
    const before = process.cpuUsage();
    await import(${JSON.stringify(url)});
    const { user, system } = process.cpuUsage(before);
    process.stdout.write(String((user + system) / 1_000), () => process.exit());`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
}
