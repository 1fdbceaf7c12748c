import { yuan } from '../../core/money.js';

/** The lines of a bill without their ends. A buffer holds many lines, with their ends. */
export type Lines = () => Iterable<string | Buffer>;

export const LINE_END = '\r\n';

/** Fields are not quoted. Each starts with a backtick. */
const dataLine = (values: readonly string[]): string =>
  values.map((value) => `\`${value.replace(/[`\r\n]/g, ' ')}`).join(',');

/** The headings, the rows, the headings of the sums, and the sums. */
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

/** The fee of WeChat Pay, 0.6 per cent in whole fen. */
export const feeOf = (fen: number): number => Math.round(fen * 0.006);

/** A fee as bills write it, with five decimals. */
export const feeText = (fen: number): string => `${yuan(fen)}000`;

export const sum = (amounts: readonly number[]): number =>
  amounts.reduce((total, amount) => total + amount, 0);
