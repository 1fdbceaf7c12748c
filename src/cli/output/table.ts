import { padded, widthOf } from './width.js';

/**
 * Rows in columns. The last column is not padded.
 *
 * @param least the width of each column at least, so that rows that are printed one by one stay in line
 */
export function table(rows: readonly (readonly string[])[], least: readonly number[] = []): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(least[column] ?? 0, ...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  return rows
    .map((row) =>
      row
        .map((cell, at) => (at === row.length - 1 ? cell : padded(cell, widths[at] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
