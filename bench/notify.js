/** How many distinct payment notifications one web process settles a second: HTTP over loopback, wxNotify, postgresOnce. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { createTable } from '../dist/postgres.js';
import { merchant, notices, TOTAL, tradeNo } from './notices.js';
import { openPostgres } from './postgres.js';
import { machine, table } from './print.js';

const COUNT = Number(process.env.N ?? 5_000);
const CONCURRENCY = Number(process.env.CONCURRENCY ?? 32);
const POOL = Number(process.env.POOL ?? 10);

const database = await openPostgres();
const pool = new pg.Pool({ connectionString: database.connectionString });
pool.on('error', () => {});
await createTable(pool);
await pool.query(`drop table if exists orders, outbox;
  create table orders (out_trade_no text primary key, total int not null, state text not null default 'pending', transaction_id text);
  create table outbox (id bigint generated always as identity primary key, kind text not null, out_trade_no text not null)`);
await pool.query('delete from koa_wxpay_once');

const shop = fork(fileURLToPath(new URL('shop.js', import.meta.url)));
shop.send({ connectionString: database.connectionString, max: POOL, merchant });
const [{ port }] = await once(shop, 'message');

const rows = [];
for (const version of ['v2', 'v3']) {
  await addOrders(version);
  const all = notices(version, COUNT);
  rows.push([`${version}, first copies`, ...(await load(all))]);
  rows.push([`${version}, a fifth of them again`, ...(await load(all.slice(0, COUNT / 5)))]);
}
const { rows: paid } = await pool.query(`select count(*)::int as count from orders where state = 'paid'`);
const { rows: sent } = await pool.query('select count(*)::int as count from outbox');
if (paid[0].count !== 2 * COUNT || sent[0].count !== 2 * COUNT)
  throw new Error(`${paid[0].count} paid, ${sent[0].count} sent`);

console.log(
  `\nwxNotify + postgresOnce: ${COUNT} notices, ${CONCURRENCY} at a time, a pool of ${POOL}, ${database.about}; ${machine()}`,
);
table(['', 'notices/s', 'p50 ms', 'p99 ms', 'CPU ms each', 'answered 503'], rows);

shop.disconnect();
await pool.end();
await database.stop();

async function addOrders(version) {
  await pool.query('insert into orders (out_trade_no, total) select unnest($1::text[]), $2', [
    Array.from({ length: COUNT }, (_, n) => tradeNo(version, n)),
    TOTAL,
  ]);
}

/** Posts them all, each until it is acknowledged: a pool without a free connection answers 503 ("not yet"). */
async function load(all) {
  const times = [];
  let next = 0;
  let again = 0;
  const lane = async () => {
    while (next < all.length) {
      const notice = all[next++];
      const begun = performance.now();
      for (
        let status = await post(notice, agent);
        status !== 200 && status !== 204;
        status = await post(notice, agent)
      ) {
        if (status !== 503 || ++again > COUNT) throw new Error(`answered ${status}`);
      }
      times.push(performance.now() - begun);
    }
  };
  // new connections: the shop closes idle ones while the next notices are being signed
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const cpu = await cpuOfShop();
  const begun = performance.now();
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
  const seconds = (performance.now() - begun) / 1_000;
  agent.destroy();
  const used = (await cpuOfShop()) - cpu;
  times.sort((a, b) => a - b);
  const quantile = (q) => times[Math.floor(q * (times.length - 1))].toFixed(1);
  return [Math.round(all.length / seconds), quantile(0.5), quantile(0.99), (used / all.length).toFixed(2), again];
}

/** Milliseconds of processor the web process has used. */
async function cpuOfShop() {
  shop.send('cpu');
  const [{ user, system }] = await once(shop, 'message');
  return (user + system) / 1_000;
}

function post({ body, headers }, agent) {
  return new Promise((resolve, reject) => {
    const sending = request({ port, host: '127.0.0.1', method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode));
    });
    sending.once('error', reject);
    sending.end(body);
  });
}
