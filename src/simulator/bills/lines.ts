import { yuan } from '../../core/money.js';

/** A bill as its lines, without their ends; a buffer is many of them, with theirs. */
export type Lines = () => Iterable<string | Buffer>;

export const END = '\r\n';

/** Fields are not quoted: a backtick begins each one. */
const dataLine = (values: readonly string[]): string =>
  values.map((value) => `\`${value.replace(/[`\r\n]/g, ' ')}`).join(',');

/** Headings, rows, the headings of the sums, sums. */
export function* billLines(
  headings: readonly string[],
  rows: Iterable<Readonly<Record<string, string>>>,
  sums: Readonly<Record<string, string>>,
): Generator<string> {
  yield headings.join(',');
  for (const row of rows) yield dataLine(headings.map((heading) => row[heading] ?? ''));
  yield Object.keys(sums).join(',');
  yield dataLine(Object.values(sums));
}

/** 0.6 per cent in whole fen. */
export const feeOf = (fen: number): number => Math.round(fen * 0.006);

/** As fees are printed: five decimals. */
export const feeText = (fen: number): string => `${yuan(fen)}000`;
