import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { node, ROOT, run, tool } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'koa-wxpay-tarball-'));
const packed = join(folder, 'package');
const shop = join(folder, 'shop');
let tarball = '';

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  exports: Record<string, unknown>;
  scripts: Record<string, string>;
};
const doors = Object.keys(manifest.exports)
  .filter((door) => door !== './package.json')
  .map((door) => `koa-wxpay${door.slice(1)}`);

/** A copy, so that the package is built from the sources as they are and nobody's `dist` is touched. */
async function pack(): Promise<string> {
  mkdirSync(packed);
  for (const name of PUBLISHED_FROM)
    if (existsSync(join(ROOT, name))) cpSync(join(ROOT, name), join(packed, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(packed, 'node_modules'));
  await run('npm', ['pack', '--pack-destination', folder], { cwd: packed });
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) as string);
}

const PUBLISHED_FROM = [
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'src',
  'docs',
  'LICENSE',
  'CHANGELOG.md',
  'README.md',
  'README.zh-CN.md',
];

async function install(into: string, ...packages: string[]): Promise<void> {
  mkdirSync(into);
  writeFileSync(join(into, 'package.json'), '{ "private": true }\n');
  const quiet = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...quiet, tarball, ...packages], { cwd: into });
}

beforeAll(async () => {
  tarball = await pack();
  await install(shop, 'koa@3', '@types/node@20');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the tarball', () => {
  test('holds the built package, its documents, and nothing else', async () => {
    const files = (await run('tar', ['-tzf', tarball]))
      .trim()
      .split('\n')
      .map((name) => name.replace(/^package\//, ''));
    const documents = ['CHANGELOG.md', 'LICENSE', 'README.md', 'README.zh-CN.md', 'package.json'];
    expect(files.filter((name) => !/^(?:dist|docs)\//.test(name)).sort()).toEqual(documents);
    expect(files.filter((name) => /^dist\//.test(name) && !/\.(?:js|d\.ts)$/.test(name))).toEqual([]);
    expect(files.filter((name) => /^docs\//.test(name) && !/\.(?:md|svg|png)$/.test(name))).toEqual([]);
    const sources = readdirSync(join(packed, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    expect(files.filter((name) => /^dist\/.*\.js$/.test(name))).toHaveLength(sources.length);
  });

  test('neither it nor what it depends on runs or compiles anything at install', () => {
    expect(Object.keys(manifest.scripts).filter((name) => /^(?:pre|post)?(?:install|prepare)$/.test(name))).toEqual([]);
    const { packages } = JSON.parse(readFileSync(join(shop, 'node_modules/.package-lock.json'), 'utf8')) as {
      packages: Record<string, { hasInstallScript?: boolean }>;
    };
    expect(Object.keys(packages)).toContain('node_modules/koa-wxpay');
    expect(Object.keys(packages).filter((name) => packages[name]?.hasInstallScript)).toEqual([]);
  });

  test('publint finds nothing to say', async () => {
    await tool('publint', ['run', tarball, '--strict']);
  });

  test('its types are right for every way an ES module is found', async () => {
    await tool('attw', [tarball, '--profile', 'esm-only', '--no-color']);
  });
});

describe('an installed package', () => {
  test.each(doors)('%s opens to import', async (door) => {
    const names = `console.log(Object.keys(await import('${door}')).join())`;
    expect((await node(['--input-type=module', '-e', names], shop)).trim()).not.toBe('');
  });

  test.each(doors)('%s opens to require()', async (door) => {
    const names = `console.log(Object.keys(require('${door}')).join())`;
    expect((await node(['-e', names], shop)).trim()).not.toBe('');
  });

  test('no driver of a database is needed to load it', () => {
    const drivers = ['pg', 'mysql2', 'ioredis', 'redis'];
    expect(drivers.filter((name) => existsSync(join(shop, 'node_modules', name)))).toEqual([]);
  });

  test('koa-wxpay --help tells what the command line can do', async () => {
    expect(await run(join(shop, 'node_modules/.bin/koa-wxpay'), ['--help'], { cwd: shop })).toContain('simulate');
  });

  test.each(['nodenext', 'bundler'])(
    'its types are whole for a strict consumer (%s), libraries checked too',
    async (moduleResolution) => {
      const project = join(shop, moduleResolution);
      mkdirSync(project);
      writeFileSync(join(project, 'shop.ts'), CONSUMER);
      writeFileSync(join(project, 'package.json'), '{ "type": "module" }\n');
      const module = moduleResolution === 'bundler' ? 'esnext' : 'nodenext';
      const options = {
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        target: 'es2022',
        types: ['node'],
        module,
        moduleResolution,
      };
      writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['shop.ts'] }));
      await tool('tsc', ['-p', project]);
    },
  );
});

/** Every door, and one line of each that has to infer something. */
const CONSUMER = `import Koa from 'koa';
import { createWxpay, memoryOnce, wxNotify, type Notice } from 'koa-wxpay';
${doors
  .slice(1)
  .map((door, index) => `import * as door${index} from '${door}';`)
  .join('\n')}
const wxpay = createWxpay({ appid: 'wx0123456789abcdef', mchid: '1900000109', notifyUrl: 'https://shop.example/n', v2: { key: 'k' } });
const app = new Koa();
app.use(wxNotify({ wxpay, findOrder: async () => null, once: memoryOnce() }));
export const total = (notice: Notice): number => (notice.type === 'payment.success' ? notice.payment.amount.total : 0);
export const all = [${doors
  .slice(1)
  .map((_, index) => `door${index}`)
  .join()}];
`;

describe('shops as they are', () => {
  test.each(['2.16', '3'])('a CommonJS shop on Koa %s settles a notification', async (version) => {
    const project = join(folder, `koa-${version}`);
    await install(project, `koa@${version}`);
    writeFileSync(join(project, 'shop.cjs'), COMMONJS_SHOP);
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
