import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { run } from '../../support/cli.js';

let folder: string;
let sim: Simulator;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'koa-wxpay-doctor-'));
  sim = await createSimulator();
});
afterAll(async () => {
  await sim.close();
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const koa = resolve('node_modules/koa/lib/application.js');
const router = resolve('node_modules/@koa/router/dist/index.mjs');
const library = resolve('dist/index.js');

/** A module of a shop that holds the process open, as a connection to a database does. */
const shopModule = (sensitive: boolean, settings: string): string =>
  file(
    `shop-${sensitive}.mjs`,
    `import Koa from ${JSON.stringify(koa)};
import Router from ${JSON.stringify(router)};
import { createWxpay, memoryOnce, wxNotify, wxOAuth, wxPrepay } from ${JSON.stringify(library)};
setInterval(() => {}, 1000);
const options = { appid: '${sim.app.appid}', mchid: '${sim.merchant.mchid}', notifyUrl: 'https://shop.example/wxpay/notify', v3: ${JSON.stringify(sim.merchant.v3)} };
const wxpay = createWxpay(options);
const app = new Koa({ keys: ['a long random secret of this test'] });
const router = new Router({ sensitive: ${sensitive} });
const oauth = { appid: options.appid, secret: '${sim.app.secret}', origin: 'https://shop.example' };
router.get('/pay', wxOAuth(oauth), wxPrepay({ wxpay, order: () => null }), (ctx) => { ctx.body = ''; });
router.post('/wxpay/notify', wxNotify({ wxpay, findOrder: () => null, once: memoryOnce() }), () => {});
app.use(router.routes());
export default { app, wxpay: options, oauth, pages: ['https://shop.example/pay'], settings: ${settings}, end: () => console.error('ended') };
`,
  );

const RIGHT = `{ oauthDomains: ['shop.example'], jsDomains: ['shop.example'], payDirectories: ['https://shop.example/'] }`;

describe('koa-wxpay doctor', () => {
  test('finds nothing wrong with a shop that is right, and ends', async () => {
    const { code, stdout, stderr } = await run('doctor', shopModule(true, RIGHT), '--strict');
    expect([code, stderr, stdout]).toEqual([
      0,
      'ended\n',
      expect.stringMatching(/0 errors, 0 warnings, \d+ checks passed\n$/),
    ]);
    for (const subject of [
      'v3.privateKey',
      'v3.certificate',
      'v3.serial_no',
      'notify_url',
      '网页授权域名',
      'JS接口安全域名',
      '支付授权目录',
      'app',
    ]) {
      expect(stdout).toMatch(new RegExp(`✓ .*${subject}`));
    }
    for (const secret of [sim.merchant.apiV3Key, sim.app.secret]) expect(stdout).not.toContain(secret);
  });

  test('each finding says what, why and what to do, and errors exit with 1', async () => {
    const settings = `{ oauthDomains: ['example'], payDirectories: ['https://shop.example/pa'] }`;
    const { code, stdout } = await run('doctor', shopModule(false, settings));
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^✗ 网页授权域名: "example" is no host name\n {4}WeChat shows 10003 .*\n {4}→ Enter letters, digits/m,
    );
    expect(stdout).toContain('! GET /pay: the router is not sensitive, and 支付授权目录 is');
  });

  test('warnings exit with 1 only with --strict', async () => {
    const module = shopModule(false, RIGHT);
    expect((await run('doctor', module)).code).toBe(0);
    expect((await run('doctor', module, '--strict')).code).toBe(1);
  });

  test('everything can be given as options, without a module', async () => {
    const { v3, mchid } = sim.merchant;
    const args = [
      ...['--mchid', mchid, '--serial', v3.serial_no],
      ...['--private-key', file('key.pem', v3.privateKey), '--certificate', file('cert.pem', v3.certificate)],
      ...['--api-v3-key', file('v3.txt', `${v3.apiV3Key}\n`), '--api-v2-key', file('v2.txt', sim.merchant.key)],
      ...[
        '--public-key',
        file('pub.pem', sim.merchant.keys.publicKey.pem),
        '--public-key-id',
        sim.merchant.keys.publicKey.serial,
      ],
      ...[
        '--notify-url',
        'https://shop.example/n',
        '--page',
        'https://shop.example/a/b',
        '--pay-directory',
        'https://shop.example/a/',
      ],
      ...['--origin', 'https://shop.example', '--oauth-domain', 'shop.example', '--h5-domain', 'shop.example'],
    ];
    const { code, stdout } = await run('doctor', ...args, '--json');
    const findings = JSON.parse(stdout) as { severity: string; subject: string }[];
    expect([code, findings.filter(({ severity }) => severity !== 'ok')]).toEqual([0, []]);
    expect(findings.length).toBeGreaterThan(8);
  });

  test.each([
    ['right', 0, 0, 'clock: agrees with the server'],
    ['ten minutes off', 600_000, 1, 's behind'],
  ])('--online compares the clock with the Date of a server: %s', async (_, ahead, exit, sentence) => {
    const server = createServer((_req, res) => {
      res.writeHead(404, { Date: new Date(Date.now() + ahead).toUTCString() }).end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { code, stdout } = await run(
      'doctor',
      '--online',
      '--server',
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    );
    await new Promise((done) => server.close(done));
    expect([code, stdout]).toEqual([exit, expect.stringContaining(sentence)]);
  });

  test('a server that does not answer is a warning', async () => {
    const { code, stdout } = await run('doctor', '--online', '--server', 'http://127.0.0.1:9');
    expect([code, stdout]).toEqual([0, expect.stringContaining('http://127.0.0.1:9 does not answer')]);
  });
});

describe('a wrong use is one line and exit code 2', () => {
  test.each<[name: string, args: () => string[], sentence: string]>([
    ['nothing to check', () => [], 'there is nothing to check'],
    ['a module that is not there', () => ['nowhere.js'], 'there is no nowhere.js'],
    [
      'a module without exports',
      () => [file('none.mjs', 'export default {}')],
      'exports none of app, wxpay, oauth, pages and settings',
    ],
    [
      'a misspelt setting',
      () => [file('typo.mjs', 'export const settings = { oauthDomain: [] }')],
      'did you mean "oauthDomains"?',
    ],
    ['an app that is none', () => [file('app.mjs', 'export const app = {}')], '"app" of'],
    ['a key without its id', () => ['--public-key', 'x.pem'], '--public-key and --public-key-id go together'],
    ['a file that is not there', () => ['--private-key', 'x.pem'], 'x.pem: there is no such file'],
    ['a server that is none', () => ['--server', 'x'], '--server must be an address'],
  ])('%s', async (_, args, sentence) => {
    const { code, stdout, stderr } = await run('doctor', ...args());
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(/^koa-wxpay: .*\n$/);
  });
});
