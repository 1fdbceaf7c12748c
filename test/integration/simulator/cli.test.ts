import type { ChildProcess } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { start } from '../../support/cli.js';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A command that is killed when the test ends. */
function run(...args: string[]) {
  const running = start(args);
  children.push(running.child);
  return running;
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
  expect(seen.stdout).toMatch(/appid +wx0123456789abcdef/);
  const url = /WeChat is at (\S+)/.exec(seen.stdout)?.[1];
  expect((await fetch(`${url}/__sim`)).status).toBe(200);
  expect(seen.stdout).toMatch(/the phone +http:\/\/127\.0\.0\.1:\d+ shows http:\/\/127\.0\.0\.1:9/);
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
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
  expect(seen.stdout).toContain(certificate.serialNumber);
  expect(read('pub_key.pem')).toContain('BEGIN PUBLIC KEY');
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 0 });
  rmSync(folder, { recursive: true });
});

test.each([
  [['simulate', '--prot', '1'], "unknown option '--prot' (did you mean --port?)"],
  [['simulate', '--port', 'x'], '--port must be a port, 0 to 65535, not "x"'],
  [['simulate', '--port', '70000'], '--port must be a port'],
  [['simulate', '--shop', 'ftp://shop'], '--shop must be an http address'],
  [
    ['simulate', '--port', '0', '--phone-port', '0', '--keys', '/dev/null/keys'],
    '--keys /dev/null/keys: ',
  ],
  [['simulate', 'shop'], 'too many arguments'],
])('%j is refused with a sentence', async (args, sentence) => {
  const { seen, ended } = run(...args);
  expect(await ended).toMatchObject({ code: 2 });
  expect(seen.stderr).toContain(sentence);
  expect(seen.stderr).toMatch(/^koa-wxpay: .*\n$/);
});

test.each(['--port', '--phone-port', '--backup-port'])('a %s in use is named', async (option) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { seen, ended } = run('simulate', '--port', '0', '--phone-port', '0', option, String(port));
  expect(await ended).toMatchObject({ code: 2 });
  expect(seen.stderr).toContain(`port ${port} is in use`);
  await new Promise((resolve) => server.close(resolve));
});
