import { cpus, loadavg } from 'node:os';
import { factor } from './measuring/format.js';
import { type Comparison, isReached, type Reach } from './row.js';

/** What the figures were measured on, and how busy it was. */
export function machine(): string {
  const [first] = cpus();
  return `Node ${process.version}, ${cpus().length} × ${first?.model ?? 'unknown processor'}, load ${loadavg()[0]?.toFixed(1)}`;
}

const HEADINGS = ['measured', 'koa-wxpay', 'against', '', 'ratio', 'quartiles', 'reach', ''];

/** A Markdown table with one line per comparison. Without judgement the last column stays empty. */
export function table(comparisons: readonly Comparison[], judged: boolean): string {
  const rows = comparisons.map((comparison) => [...cells(comparison), judged ? verdict(comparison) : '']);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(3, ...[[heading], ...rows.map((row) => [row[column]])].map(([cell = '']) => cell.length)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(HEADINGS), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function cells({ measured, ours, against, theirs, ratio, reach }: Comparison): string[] {
  const quartiles = `${factor(ratio.low)}–${factor(ratio.high)}`;
  return [measured, ours, against, theirs, factor(ratio.median), quartiles, reach ? textOf(reach) : 'reported'];
}

const textOf = (reach: Reach): string => ('most' in reach ? `≤ ${reach.most}` : `≥ ${reach.least}`);

function verdict(comparison: Comparison): string {
  const reached = isReached(comparison);
  return reached === undefined ? '' : reached ? 'reached' : 'missed';
}
