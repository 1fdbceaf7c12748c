import { type ChildProcess, spawn } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, expect, test } from '@jest/globals';

const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
beforeAll(() => {
  if (!existsSync(MAIN)) throw new Error('the built command is tested: npm run build first');
});
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** The built command, its output so far, and how it ended. */
function run(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args]);
  children.push(child);
  const seen = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    seen.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    seen.err += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const printed = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      child.stdout.on('data', () => seen.out.includes(text) && resolve());
      child.on('close', () => reject(new Error(`ended without "${text}": ${seen.err}`)));
    });
  return { child, seen, ended, printed };
}

test('simulate prints where it is and its credentials, serves, and ends cleanly on SIGINT', async () => {
  const { child, seen, ended, printed } = run(
    'simulate',
    '--port',
    '0',
    '--phone-port',
    '0',
    '--shop',
    'http://127.0.0.1:9',
  );
  await printed('Ctrl-C');
  expect(seen.out).toMatch(/appid +wx0123456789abcdef/);
  const url = /WeChat is at (\S+)/.exec(seen.out)?.[1];
  expect((await fetch(`${url}/__sim/state`)).status).toBe(200);
  expect(seen.out).toMatch(/the phone +http:\/\/127\.0\.0\.1:\d+ shows http:\/\/127\.0\.0\.1:9/);
  child.kill('SIGINT');
  expect([await ended, seen.err]).toEqual([0, '']);
});

test('--keys writes what a shop needs for API v3', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keys-'));
  const { child, ended, seen, printed } = run(
    'simulate',
    '--port',
    '0',
    '--phone-port',
    '0',
    '--keys',
    folder,
  );
  await printed('Ctrl-C');
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const certificate = new X509Certificate(read('apiclient_cert.pem'));
  expect(certificate.checkPrivateKey(createPrivateKey(read('apiclient_key.pem')))).toBe(true);
  expect(seen.out).toContain(certificate.serialNumber);
  expect(read('pub_key.pem')).toContain('BEGIN PUBLIC KEY');
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  rmSync(folder, { recursive: true });
});

test.each([[['--help']], [['simulate', '--help']], [[]]])('%j prints the usage', async (args) => {
  const { seen, ended } = run(...args);
  expect(await ended).toBe(0);
  expect(seen.out).toContain('Usage: koa-wxpay');
});

test.each([
  [['fly'], 'there is no command "fly"'],
  [['simulate', '--prot', '1'], "Unknown option '--prot'"],
  [['simulate', '--port', 'x'], '--port must be a port, 0 to 65535, not "x"'],
  [['simulate', '--port', '70000'], '--port must be a port'],
  [['simulate', '--shop', 'ftp://shop'], '--shop must be an http address'],
  [
    ['simulate', '--port', '0', '--phone-port', '0', '--keys', '/dev/null/keys'],
    '--keys /dev/null/keys: ',
  ],
  [['simulate', 'shop'], "Unexpected argument 'shop'"],
])('%j is refused with a sentence', async (args, sentence) => {
  const { seen, ended } = run(...args);
  expect(await ended).toBe(2);
  expect(seen.err).toContain(sentence);
  expect(seen.err).not.toContain('    at ');
});

test.each(['--port', '--phone-port', '--backup-port'])('a %s in use is named', async (option) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { seen, ended } = run('simulate', '--port', '0', '--phone-port', '0', option, String(port));
  expect(await ended).toBe(2);
  expect(seen.err).toContain(`port ${port} is in use`);
  await new Promise((resolve) => server.close(resolve));
});
