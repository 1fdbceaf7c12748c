import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readSimulatorConfig } from 'koa-wxpay/simulator';

const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-service-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
  rmSync(folder, { recursive: true });
});

/** Starts the built command with `--json`, and returns what it prints. */
async function simulate(...args: string[]) {
  const child = spawn(process.execPath, [
    ...[MAIN, 'simulate', '--json', '--port', '0', '--phone-port', '0', '--tls-port', '0'],
    ...args,
  ]);
  children.push(child);
  let printed = '';
  let failed = '';
  child.stderr.on('data', (chunk) => {
    failed += chunk;
  });
  const code = await new Promise<number | null>((resolve) => {
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      if (printed.endsWith('\n')) resolve(null);
    });
    child.once('close', resolve);
  });
  return { child, code, failed, credentials: printed === '' ? undefined : JSON.parse(printed) };
}

const ask = async (url: string, path: string, body?: object) => {
  const headers = { 'content-type': 'application/json' };
  const post = body && { method: 'POST', headers, body: JSON.stringify(body) };
  return (await fetch(`${url}/__sim${path}`, post)).json() as Promise<Record<string, never>>;
};

test('a killed simulator goes on with its keys, its orders, its payments and its clock', async () => {
  const before = await simulate('--data', folder, '--clock', '2036-11-28T09:30');
  const { url } = before.credentials;
  const order = { out_trade_no: 'SHOP00A17', total: 1990, notify_url: 'http://127.0.0.1:9/n' };
  await ask(url, '/orders', order);
  await ask(url, '/orders/SHOP00A17/pay', {});
  before.child.kill('SIGKILL');
  await new Promise((resolve) => before.child.once('exit', resolve));
  const { credentials } = await simulate('--data', folder);
  expect(credentials.merchants).toEqual(before.credentials.merchants);
  const shown = await ask(credentials.url, '/orders/SHOP00A17');
  expect(shown.order).toMatchObject({ trade_state: 'SUCCESS', total: 1990 });
  expect(await ask(credentials.url, '/clock')).toMatchObject({
    beijing: expect.stringMatching(/^2036-11-28T09:3/),
  });
});

test('credentials.json, .env and the PEM files are in the data folder', async () => {
  const { credentials } = await simulate('--data', folder, '--tls');
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  expect(JSON.parse(read('credentials.json'))).toEqual(credentials);
  expect(credentials.tlsUrl).toMatch(/^https:/);
  const { mchid, privateKey, certificate, publicKey, serial_no } = credentials.merchants[0];
  expect(read(`merchants/${mchid}/apiclient_key.pem`)).toBe(privateKey);
  expect(read(`merchants/${mchid}/apiclient_cert.pem`)).toBe(certificate);
  expect(read(`merchants/${mchid}/pub_key.pem`)).toBe(publicKey.pem);
  expect(read('.env')).toContain(`WXPAY_SERIAL_NO="${serial_no}"`);
});

test('a configuration file gives merchants, accounts, people, rules and routes', async () => {
  const file = join(folder, 'wechat.json');
  const config = {
    apps: [{ appid: 'wx1111111111111111', secret: 's3cret' }],
    merchants: [
      { mchid: '1600000001', key: 'k'.repeat(32), platform: 'certificates' },
      { mchid: '1600000002', key: 'l'.repeat(32), subMerchants: { '1600000003': [] } },
    ],
    people: [{ id: 'lili', balance: 100, openids: { wx1111111111111111: 'oLiLi' } }],
    rules: { sends: 15 },
    routes: [{ method: 'POST', path: '/pay/micropay', body: { trade_type: 'MICROPAY' } }],
  };
  writeFileSync(file, JSON.stringify(config));
  const { credentials } = await simulate('--config', file);
  expect(credentials.merchants.map(({ mchid }: { mchid: string }) => mchid)).toEqual([
    '1600000001',
    '1600000002',
  ]);
  expect(credentials.people).toEqual([
    { id: 'lili', name: 'lili', openids: { wx1111111111111111: 'oLiLi' } },
  ]);
  expect(await ask(credentials.url, '/rules')).toMatchObject({ sends: 15, timestamps: 'real' });
});

describe('a configuration that is wrong is named, with the place in it', () => {
  test.each([
    ['{', 'is not JSON'],
    [{ merchant: [] }, 'did you mean "merchants"?'],
    [{ merchants: [{ mchid: 'x', key: 'k' }] }, 'merchants.0.mchid: expected a merchant number'],
    [{ merchants: [{ mchid: '1600000001' }] }, 'merchants.0.key: '],
    [{ people: [{ id: 'lili', balanse: 1 }] }, 'did you mean "balance"?'],
    [{ rules: { sends: 3 } }, 'rules.sends: '],
    [
      { merchants: [{ mchid: '1600000001', key: 'k', privateKey: 'no.pem' }] },
      'names the key file',
    ],
  ])('%j', (config, error) => {
    const file = join(folder, 'wechat.json');
    writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config));
    expect(() => readSimulatorConfig(file)).toThrow(error);
    expect(() => readSimulatorConfig(file)).toThrow(file);
  });
});

test.each([
  [['--tls'], '--tls needs --data <folder>'],
  [['--clock', 'tomorrow'], 'a time must be like 2026-11-28T09:30'],
  [['--config', '/nowhere/wechat.json'], '/nowhere/wechat.json cannot be read'],
  [['--seed', 'a', '--fresh'], 'give one'],
])('%j is refused in one line', async (args, line) => {
  const { code, failed } = await simulate(...args);
  expect(code).toBe(2);
  expect(failed).toContain(line);
  expect(failed.trim().split('\n')).toHaveLength(1);
});
