/** Reads one bill of argv[2] rows, packed as argv[3] says, and prints what it took. `bill-server.js` makes it on the fly. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createWxpay } from '../dist/index.js';
import { merchant, platformKey } from './notices.js';

const [size, packing] = [Number(process.argv[2]), process.argv[3]];
const server = fork(fileURLToPath(new URL('bill-server.js', import.meta.url)));
server.send({ size, packing, ...platformKey });
const [{ port, megabytes }] = await once(server, 'message');

const wxpay = createWxpay({ ...merchant, v2: undefined, baseUrl: `http://127.0.0.1:${port}` });
const before = process.cpuUsage();
const begun = performance.now();
let rows = 0;
let fen = 0;
for await (const row of wxpay.tradeBill('2026-01-31', packing === 'GZIP' ? { tar_type: 'GZIP' } : {})) {
  rows++;
  fen += row.amount.total;
}
const seconds = (performance.now() - begun) / 1_000;
const { user, system } = process.cpuUsage(before);
if (rows !== size || fen !== size * 1990) throw new Error(`${rows} rows, ${fen} fen`);
const peak = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({ seconds, cpu: ((user + system) / 1e6).toFixed(1), megabytes, peak }));
server.kill();
process.exit();
