import { cpus, loadavg } from 'node:os';

/** What the figures were measured on, and how busy it was. */
export const machine = () =>
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, load ${loadavg()[0].toFixed(1)}`;

export function table(headings, rows) {
  const lines = [headings, headings.map(() => ''), ...rows].map((line) => line.map(String));
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  lines.forEach((line, at) => {
    const cells = line.map((cell, column) =>
      at === 1
        ? '-'.repeat(widths[column])
        : column === 0
          ? cell.padEnd(widths[column])
          : cell.padStart(widths[column]),
    );
    console.log(`| ${cells.join(' | ')} |`);
  });
}
