import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { installIn, writeFiles } from './consumer.js';
import { entryPoints, packedTarball } from './packed.js';
import { node, run, tool } from './run.js';

const BROWSER = 'koa-wxpay/browser';

const folder = mkdtempSync(join(tmpdir(), 'koa-wxpay-installed-'));
const shop = join(folder, 'shop');

beforeAll(() => installIn(shop, 'koa@3', '@types/node@20'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('an installed package', () => {
  test('runs and compiles nothing at install, nor does anything it depends on', () => {
    const { packages } = JSON.parse(readFileSync(join(shop, 'node_modules/.package-lock.json'), 'utf8')) as {
      packages: Record<string, { hasInstallScript?: boolean }>;
    };
    expect(Object.keys(packages)).toContain('node_modules/koa-wxpay');
    expect(Object.keys(packages).filter((name) => packages[name]?.hasInstallScript)).toEqual([]);
  });

  test('loads without the driver of any database', () => {
    const drivers = ['pg', 'mysql2', 'ioredis', 'redis'];
    expect(drivers.filter((name) => existsSync(join(shop, 'node_modules', name)))).toEqual([]);
  });

  test('koa-wxpay --help lists the commands', async () => {
    const program = join(shop, 'node_modules/.bin/koa-wxpay');
    expect(await run(program, ['--help'], { cwd: shop })).toContain('simulate');
  });

  test.each(['nodenext', 'bundler'])(
    'its types are complete for a strict consumer with moduleResolution %s, libraries checked too',
    async (moduleResolution) => {
      const project = join(shop, moduleResolution);
      const module = moduleResolution === 'bundler' ? 'esnext' : 'nodenext';
      const compilerOptions = {
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        target: 'es2022',
        types: ['node'],
        module,
        moduleResolution,
      };
      writeFiles(project, {
        'shop.ts': CONSUMER,
        'package.json': '{ "type": "module" }\n',
        'tsconfig.json': JSON.stringify({ compilerOptions, files: ['shop.ts'] }),
      });
      await tool('tsc', ['-p', project]);
    },
  );
});

/** Every entry point, and a line that has to infer something. */
const CONSUMER = `import Koa from 'koa';
import { createWxpay, memoryOnce, wxNotify, type Notice } from 'koa-wxpay';
${entryPoints.map((path, index) => `import * as entry${index} from '${path}';`).join('\n')}
const wxpay = createWxpay({
  appid: 'wx0123456789abcdef', mchid: '1900000109', notifyUrl: 'https://shop.example/n', v2: { key: 'k' },
});
const app = new Koa();
app.use(wxNotify({ wxpay, findOrder: async () => null, once: memoryOnce() }));
export const total = (notice: Notice): number => (notice.type === 'payment.success' ? notice.payment.amount.total : 0);
export const all = [${entryPoints.map((_, index) => `entry${index}`).join()}];
`;

describe('one implementation for both module systems', () => {
  // What runs in browsers has no state to share, and is an ES module that they can load.
  const shared = entryPoints.filter((entryPoint) => entryPoint !== BROWSER);

  test.each(shared)('import and require of %s give the same values', async (entryPoint) => {
    const names = JSON.parse(await node(['--input-type=module', '-e', sameValues(entryPoint)], shop)) as string[];
    expect(names.length).toBeGreaterThan(0);
  });

  test('what runs in browsers can be imported and required, and a page can load the imported file as it is', async () => {
    const names = await node(['-p', `Object.keys(require('${BROWSER}')).sort().join()`], shop);
    expect(names.trim()).toBe('pay,waitUntilPaid');
    const resolve = `console.log(import.meta.resolve('${BROWSER}'))`;
    const file = await node(['--input-type=module', '-e', resolve], shop);
    const text = readFileSync(fileURLToPath(file.trim()), 'utf8');
    expect(text).toMatch(/^export \{ pay, waitUntilPaid \};$/m);
    expect(text).not.toMatch(/\bimport\b|\brequire\b|\bprocess\b/);
    expect(Buffer.byteLength(text)).toBeLessThan(8_000);
  });

  test('an error thrown by what was required is an instance of the imported class, and the reverse', async () => {
    writeFiles(shop, { 'instances.mjs': INSTANCES });
    expect(JSON.parse(await node(['instances.mjs'], shop))).toEqual([true, true]);
  });
});

/** Prints the names; exits with an error when a value differs or a name is missing on one side. */
const sameValues = (entryPoint: string): string => `
import assert from 'node:assert';
import { createRequire } from 'node:module';
const required = createRequire(process.cwd() + '/shop.js')('${entryPoint}');
const { default: _, 'module.exports': __, ...imported } = await import('${entryPoint}');
assert.deepStrictEqual(Object.keys(imported).sort(), Object.keys(required).sort());
for (const name of Object.keys(imported)) assert.strictEqual(imported[name], required[name]);
console.log(JSON.stringify(Object.keys(imported)));
`;

const INSTANCES = `import { createRequire } from 'node:module';
import * as imported from 'koa-wxpay';
const required = createRequire(import.meta.url)('koa-wxpay');
const refusedBy = async ({ createWxpay }) => {
  const nobodyListens = 'http://127.0.0.1:1';
  const wxpay = createWxpay({
    appid: 'wx0123456789abcdef', mchid: '1900000109', v2: { key: '8934e7d15453e97507ef794cf7b0519d' },
    notifyUrl: 'http://127.0.0.1:3000/notify', baseUrl: nobodyListens,
  });
  return wxpay.queryOrder({ out_trade_no: 'SHOP0001' }).then(() => undefined, (error) => error);
};
console.log(JSON.stringify([
  (await refusedBy(required)) instanceof imported.TransportError,
  (await refusedBy(imported)) instanceof required.TransportError,
]));
`;

describe('what is loaded', () => {
  test('importing the package loads no other package, no store and no simulator', async () => {
    const files = JSON.parse(await node(['-e', LOADED], shop)) as string[];
    expect(files).toContain('koa-wxpay/dist/index.js');
    const others = files.filter((file) => !/^koa-wxpay\/dist\/(?:index|chunks\/[\w-]+)\.js$/.test(file));
    expect(others).toEqual([]);
    expect(files).not.toContain('koa-wxpay/dist/chunks/simulator.js');
  });
});

const LOADED = `require('koa-wxpay');
const files = Object.keys(require.cache).map((file) => file.replace(/.*node_modules[/]/, ''));
console.log(JSON.stringify(files));
`;

describe('the weight of an installation', () => {
  /**
   * Raise these only for what is worth it to everyone who installs the package. Of the kilobytes 460 are the guides in two
   * languages, 490 the store of the simulator, and 540 the command line with the simulator's pages; no shop loads them.
   */
  const MOST_KILOBYTES = 2_650;
  const MOST_PACKAGES = 71;

  test('neither the size nor the number of packages has grown', async () => {
    const [{ unpackedSize }] = JSON.parse(
      await run('npm', ['pack', packedTarball(), '--dry-run', '--json'], { cwd: folder }),
    ) as [{ unpackedSize: number }];
    const { packages } = JSON.parse(readFileSync(join(shop, 'node_modules/.package-lock.json'), 'utf8')) as {
      packages: Record<string, unknown>;
    };
    const [kilobytes, count] = [Math.ceil(unpackedSize / 1000), Object.keys(packages).length];
    process.stdout.write(`koa-wxpay: ${kilobytes} kB unpacked, ${count} packages with Koa and its types\n`);
    expect(kilobytes).toBeLessThanOrEqual(MOST_KILOBYTES);
    expect(count).toBeLessThanOrEqual(MOST_PACKAGES);
  });
});

describe('shops as they are', () => {
  test.each(['2.16', '3'])('a CommonJS shop on Koa %s settles a notification', async (version) => {
    const project = join(folder, `koa-${version}`);
    await installIn(project, `koa@${version}`);
    writeFiles(project, { 'shop.cjs': COMMONJS_SHOP });
    expect(JSON.parse(await node(['shop.cjs'], project))).toEqual({
      status: 200,
      body: '<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>',
      paid: ['SHOP0001'],
    });
  });
});

const COMMONJS_SHOP = `const Koa = require('koa');
const { createWxpay, memoryOnce, wxNotify } = require('koa-wxpay');
const { signedNoticeV2 } = require('koa-wxpay/testing');

const merchant = { appid: 'wx0123456789abcdef', mchid: '1900000109', key: '8934e7d15453e97507ef794cf7b0519d' };
const { appid, mchid, key } = merchant;
const wxpay = createWxpay({ appid, mchid, notifyUrl: 'https://shop.example/wxpay/notify', v2: { key } });
const findOrder = async (out_trade_no) => ({ out_trade_no, description: 'tea', amount: { total: 1990 } });
const paid = [];

const app = new Koa();
app.use(wxNotify({ wxpay, findOrder, once: memoryOnce() }));
app.use((ctx) => { paid.push(ctx.state.wxpay.notice.payment.out_trade_no); });
const server = app.listen(0, '127.0.0.1', async () => {
  const { body, headers } = signedNoticeV2(merchant, { out_trade_no: 'SHOP0001', total: 1990 });
  const answer = await fetch('http://127.0.0.1:' + server.address().port, { method: 'POST', body, headers });
  console.log(JSON.stringify({ status: answer.status, body: await answer.text(), paid }));
  server.close();
});
`;
