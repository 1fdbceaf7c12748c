import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import type { Pool } from 'pg';
import { type Balancer, startBalancer } from '../support/balancer.js';
import { buildExample } from '../support/build-example.js';
import { Customer } from '../support/customer.js';
import { describeWith } from '../support/needs.js';
import { POSTGRES, type PrivatePostgres, startPostgres } from '../support/postgres.js';
import { REDIS, startRedis } from '../support/redis.js';
import { freePort } from '../support/server.js';

/** The shop as a person runs it: built, in processes of its own, stopped and started again. */
const folder = mkdtempSync(join(tmpdir(), 'koa-wxpay-example-'));
const running = new Set<ChildProcess>();

beforeAll(() => {
  buildExample();
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Process {
  /** All it has printed. */
  said(): string;
  /** Its first line, once it is there. */
  ready(): Promise<string>;
  /** Resolves to its exit code. */
  over(signal?: NodeJS.Signals): Promise<number | null>;
}

function run(env: NodeJS.ProcessEnv, program = 'main'): Process {
  const child = spawn(process.execPath, [`example-app/dist/${program}.js`], {
    env: { PATH: process.env.PATH, DATA_FOLDER: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const exited = once(child, 'exit').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  return {
    said: () => said,
    async ready() {
      while (!said.includes('\n') && child.exitCode === null) await Promise.race([once(child.stdout, 'data'), exited]);
      if (child.exitCode !== null) throw new Error(`it ended: ${said}`);
      return said;
    },
    over(signal) {
      if (signal) child.kill(signal);
      return exited;
    },
  };
}

describe('npm start', () => {
  async function start(env: NodeJS.ProcessEnv = {}) {
    const shop = run({ PORT: '0', ...env });
    const address = /http:\/\/\S+/.exec(await shop.ready())?.[0] as string;
    const page = await (await fetch(address)).text();
    const phoneUrl = /data-phone="(http:[^"]+)"/.exec(page)?.[1] as string;
    return { ...shop, address, phoneUrl };
  }

  test('over API v3, and stopped and started over API v2: what is paid stays paid, what is unpaid can be paid', async () => {
    const before = await start();
    const customer = new Customer(before);
    const paid = await customer.order('cup');
    const unpaid = await customer.order('tea');
    await customer.prepay(unpaid);
    expect(await customer.pay(await customer.prepay(paid))).toEqual({ err_msg: 'get_brand_wcpay_request:ok' });
    expect((await customer.settle(paid)).body).toMatchObject({ trade_state: 'SUCCESS', paid: true });
    expect(await before.over('SIGTERM')).toBe(0);
    expect(before.said()).toBe(`小满 is open: ${before.address}\n`);

    const after = await start({ WXPAY_API: 'v2' });
    const again = new Customer(after);
    expect((await again.open(`/orders/${paid}`)).text).toContain('付款成功');
    expect((await again.open(`/orders/${unpaid}`)).text).toContain('还没有付款');
    expect(await again.pay(await again.prepay(unpaid))).toEqual({ err_msg: 'get_brand_wcpay_request:ok' });
    expect((await again.settle(unpaid)).body).toMatchObject({ trade_state: 'SUCCESS', paid: true });
    expect(await after.over('SIGINT')).toBe(0);
  });
});

describe('what cannot start says why in one line', () => {
  test('a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const shop = run({ PORT: String(port - 1) });
    const code = await shop.over();
    other.close();
    expect([code, shop.said()]).toEqual([1, `port ${port} is in use: PORT=4000 npm start takes others\n`]);
  });

  test.each([
    ['main', { WXPAY_MCHID: '1900000109', ORIGIN: 'https://shop.example' }, 'WXPAY_APPID, WXPAY_SECRET'],
    ['main', { REDIS_URL: 'redis://127.0.0.1:6379' }, 'DATABASE_URL'],
    ['worker', {}, 'REDIS_URL, DATABASE_URL, WXPAY_MCHID'],
  ])('%s.js with %o', async (program, env, missing) => {
    const shop = run(env, program);
    expect([await shop.over(), shop.said()]).toEqual([1, `missing in the environment: ${missing}\n`]);
  });
});

describeWith([...POSTGRES, ...REDIS], 'two shops behind a balancer, and two workers', () => {
  let postgres: PrivatePostgres;
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let simulator: Simulator;
  let balancer: Balancer;
  let pool: Pool;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    [postgres, redis, simulator] = await Promise.all([startPostgres(), startRedis(), createSimulator()]);
    pool = postgres.pool();
    const { privateKey, serial_no, apiV3Key, platformKeys = {} } = simulator.merchant.v3;
    const [[id, key] = []] = Object.entries(platformKeys);
    env = {
      ...{ DATABASE_URL: postgres.connectionString, REDIS_URL: redis.url, COOKIE_KEY: 'shared', OWNER_KEY: 'sesame' },
      ...{ SIMULATOR_URL: simulator.url, ORIGIN: simulator.phoneUrl, HOST: '127.0.0.1' },
      ...{
        WXPAY_APPID: simulator.app.appid,
        WXPAY_SECRET: simulator.app.secret,
        WXPAY_MCHID: simulator.merchant.mchid,
      },
      ...{ WXPAY_PRIVATE_KEY: privateKey, WXPAY_SERIAL_NO: serial_no, WXPAY_API_V3_KEY: apiV3Key },
      ...{ WXPAY_PUBLIC_KEY_ID: id, WXPAY_PUBLIC_KEY: key },
    };
  });
  afterAll(async () => {
    await balancer?.stop();
    await simulator?.close();
    await pool?.end();
    await Promise.all([postgres?.stop(), redis?.stop()]);
  });

  const count = async (condition: string): Promise<number> =>
    (await pool.query(`select count(*)::int as count from orders where ${condition}`)).rows[0].count;

  test('20 orders, of which some are reported several times and some never, are paid and packed once each', async () => {
    const ports = await Promise.all([freePort(), freePort()]);
    const shops = ports.map((PORT) => run({ ...env, PORT: String(PORT) }));
    for (const shop of shops) await shop.ready();
    balancer = await startBalancer(ports);
    simulator.phone.shop = balancer.url;
    // what would tell a second payment or a second parcel from one
    await pool.query(`create table changes (what text, order_id text);
      create function note() returns trigger language plpgsql as $$ begin
        if new.state = 'paid' and old.state <> 'paid' or new.transaction_id <> old.transaction_id then
          insert into changes values ('paid', new.id); end if;
        if new.packed_at is distinct from old.packed_at then insert into changes values ('packed', new.id); end if;
        return new; end $$;
      create trigger note after update on orders for each row execute function note()`);

    const customer = new Customer(simulator);
    for (let n = 0; n < 20; n++) {
      const params = await customer.prepay(await customer.order());
      simulator.switches.notification = n % 3 === 0 ? 'never' : 'after';
      simulator.switches.notify = { duplicate: n % 3 === 1 ? 8 : 1 };
      expect((await simulator.pay(params)).err_msg).toBe('get_brand_wcpay_request:ok');
      await simulator.settled();
    }
    expect([await count(`state = 'paid'`), await count('packed_at is not null')]).toEqual([13, 0]);

    // ten minutes later
    await pool.query(`update orders set prepaid_at = prepaid_at - interval '10 minutes'`);
    const workers = [run(env, 'worker'), run(env, 'worker')];
    for (const worker of workers) expect(await worker.ready()).toBe('小满 has a worker\n');
    const all = `state = 'paid' and packed_at is not null`;
    while ((await count(all)) < 20) await new Promise((resolve) => setTimeout(resolve, 100));

    const { rows } = await pool.query(
      'select what, count(*)::int, count(distinct order_id)::int as orders from changes group by what order by what',
    );
    expect(rows).toEqual([
      { what: 'packed', count: 20, orders: 20 },
      { what: 'paid', count: 20, orders: 20 },
    ]);
    expect((await pool.query('select key from outbox')).rows).toEqual([]);
    expect(balancer.served.every((requests) => requests > 20)).toBe(true);
    for (const each of [...workers, ...shops])
      expect([await each.over('SIGTERM'), each.said().split('\n').length]).toEqual([0, 2]);
  });
});
