import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { buildExample } from '../support/build-example.js';
import { Customer } from '../support/customer.js';

/** `npm start` as a person runs it: built, in a process of its own, stopped and started again. */
const folder = mkdtempSync(join(tmpdir(), 'koa-wxpay-example-'));
let running: ChildProcess | undefined;

beforeAll(() => {
  buildExample();
}, 120_000);
afterEach(() => {
  running?.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Started {
  /** All it has printed. */
  said(): string;
  address: string;
  phoneUrl: string;
  stop(signal: NodeJS.Signals): Promise<unknown>;
}

function run(env: NodeJS.ProcessEnv): { child: ChildProcess; said(): string } {
  const child = spawn(process.execPath, ['example-app/dist/main.js'], {
    env: { PATH: process.env.PATH, DATA_FOLDER: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running = child;
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  return { child, said: () => said };
}

async function start(): Promise<Started> {
  const { child, said } = run({ PORT: '0' });
  while (!said().includes('\n') && child.exitCode === null) {
    await Promise.race([once(child.stdout!, 'data'), once(child, 'exit')]);
  }
  const address = /http:\/\/\S+/.exec(said())?.[0];
  if (!address) throw new Error(`no address in: ${said()}`);
  const page = await (await fetch(address)).text();
  const phoneUrl = /<iframe [^>]*src="(http:[^"]+?)\/"/.exec(page)?.[1] as string;
  const stop = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const [code] = await once(child, 'exit');
    return code;
  };
  return { said, address, phoneUrl, stop };
}

test('what is paid stays paid, and what is unpaid can be paid, after the shop was stopped and started', async () => {
  const before = await start();
  const customer = new Customer(before);
  const paid = await customer.order('cup');
  const unpaid = await customer.order('tea');
  await customer.prepay(unpaid);
  expect(await customer.pay(await customer.prepay(paid))).toEqual({ err_msg: 'get_brand_wcpay_request:ok' });
  expect((await customer.settle(paid)).body).toMatchObject({ trade_state: 'SUCCESS', paid: true });
  expect(await before.stop('SIGTERM')).toBe(0);
  expect(before.said()).toBe(`小满 is open: ${before.address}\n`);

  const after = await start();
  const again = new Customer(after);
  expect((await again.open(`/orders/${paid}`)).text).toContain('付款成功');
  expect((await again.open(`/orders/${unpaid}`)).text).toContain('还没有付款');
  expect(await again.pay(await again.prepay(unpaid))).toEqual({ err_msg: 'get_brand_wcpay_request:ok' });
  expect((await again.settle(unpaid)).body).toMatchObject({ trade_state: 'SUCCESS', paid: true });
  expect(await after.stop('SIGINT')).toBe(0);
}, 120_000);

test('a port that is taken is said in one line', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const { child, said } = run({ PORT: String(port - 1) });
  const [code] = await once(child, 'exit');
  other.close();
  expect([code, said()]).toEqual([1, `port ${port} is in use: PORT=4000 npm start takes others\n`]);
}, 60_000);

test('a merchant whose variables are incomplete is told which are missing', async () => {
  const { child, said } = run({ WXPAY_MCHID: '1900000109', ORIGIN: 'https://shop.example' });
  const [code] = await once(child, 'exit');
  expect([code, said()]).toEqual([1, 'missing in the environment: WXPAY_APPID, WXPAY_SECRET\n']);
}, 60_000);
