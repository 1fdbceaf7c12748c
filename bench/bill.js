/** Rows a second and peak memory of `wxpay.tradeBill`, from 10,000 to 1,000,000 rows: each size in a process of its own. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { machine, table } from './print.js';

const self = fileURLToPath(new URL('read-bill.js', import.meta.url));
const sizes = (process.env.ROWS ?? '10000,100000,1000000').split(',').map(Number);

const rows = [];
for (const packing of ['plain', 'GZIP']) {
  for (const size of sizes) {
    const printed = execFileSync(process.execPath, [self, String(size), packing], { encoding: 'utf8' });
    const { seconds, cpu, megabytes, peak } = JSON.parse(printed);
    rows.push([
      size.toLocaleString('en'),
      packing,
      megabytes,
      Math.round(size / seconds).toLocaleString('en'),
      cpu,
      peak,
    ]);
  }
}
console.log(`\nwxpay.tradeBill, streamed over loopback, hash and sums checked; ${machine()}`);
table(['rows', 'packing', 'MB of text', 'rows/s', 'CPU s', 'peak RSS MB'], rows);
