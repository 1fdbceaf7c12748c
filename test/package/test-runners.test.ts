import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { installIn, writeFiles } from './consumer.js';
import { node } from './run.js';

/** A user's project with every test runner; each of them is used as its documentation shows first. */
const folder = mkdtempSync(join(tmpdir(), 'koa-wxpay-runners-'));

beforeAll(async () => {
  const jest = ['jest@30', 'ts-jest@29', 'typescript@5.9', '@types/jest@30'];
  const babel = ['@babel/core@7', '@babel/preset-env@7', '@babel/preset-typescript@7'];
  await installIn(folder, 'koa@3', '@types/node@20', 'vitest@4', ...jest, ...babel);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PACKAGES = {
  'node:assert/strict': 'assert',
  'node:events': '{ once }',
  'node:http': '{ createServer }',
  koa: 'Koa',
  'koa-wxpay': '{ createWxpay, memoryOnce, TransportError, wxNotify }',
  'koa-wxpay/simulator': '{ createSimulator }',
};

const imports = Object.entries(PACKAGES).map(([from, names]) => `import ${names} from '${from}';\n`);
const requires = Object.entries(PACKAGES).map(([from, names]) => `const ${names} = require('${from}');\n`);

/** One order from its placement to its settlement, and a request that nothing answers. */
const TESTS = `
test('an order is placed, paid and settled', async () => {
  const simulator = await createSimulator();
  const server = createServer().listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const { appid } = simulator.app;
    const { mchid, v3 } = simulator.merchant;
    const { port } = Object(server.address());
    const wxpay = createWxpay({
      appid, mchid, v3, baseUrl: simulator.url,
      notifyUrl: 'http://127.0.0.1:' + port + '/notify',
    });
    const order = { out_trade_no: 'SHOP00A17', description: 'tea', amount: { total: 1990 } };
    const settled = new Set();
    const app = new Koa();
    app.use(wxNotify({ wxpay, findOrder: async () => order, once: memoryOnce() }));
    app.use((ctx) => { settled.add(ctx.state.wxpay.notice.payment.out_trade_no); });
    server.on('request', app.callback());
    const openid = String(simulator.people[0]?.openid(appid));
    const prepay_id = await wxpay.prepay(order, { openid, client_ip: '203.0.113.7' });
    await simulator.pay(wxpay.jsapiParams(prepay_id));
    await simulator.settled();
    assert.deepEqual([...settled], ['SHOP00A17']);
  } finally {
    server.close();
    server.closeAllConnections();
    await simulator.close();
  }
});

test('an unreachable host rejects with a TransportError', async () => {
  const wxpay = createWxpay({
    appid: 'wx0123456789abcdef', mchid: '1900000109', v2: { key: '8934e7d15453e97507ef794cf7b0519d' },
    notifyUrl: 'http://127.0.0.1:3000/notify', baseUrl: 'http://127.0.0.1:1',
  });
  await assert.rejects(wxpay.queryOrder({ out_trade_no: 'SHOP00A17' }), (error) => error instanceof TransportError);
});
`;

const commonJs = [...requires, TESTS].join('');
const esModule = [...imports, TESTS].join('');

const JEST = '../node_modules/jest/bin/jest.js';
const TARGET = ['@babel/preset-env', { targets: { node: 'current' } }];
const STRICT = { strict: true, skipLibCheck: false, esModuleInterop: true, types: ['node', 'jest'] };

const json = (value: object): string => JSON.stringify(value);

const typescript = (compilerOptions: object): string =>
  json({ compilerOptions: { target: 'es2022', ...STRICT, ...compilerOptions } });

interface Project {
  /** Beside package.json. */
  files: Record<string, string>;
  manifest?: object;
  arguments: string[];
}

const projects: Record<string, Project> = {
  'Jest without configuration, require': {
    files: { 'shop.test.js': commonJs },
    arguments: [JEST, '--json'],
  },
  'Jest with Babel, JavaScript': {
    manifest: { babel: { presets: [TARGET] } },
    files: { 'shop.test.js': esModule },
    arguments: [JEST, '--json'],
  },
  'Jest with Babel, TypeScript': {
    manifest: { babel: { presets: [TARGET, '@babel/preset-typescript'] } },
    files: { 'shop.test.ts': esModule },
    arguments: [JEST, '--json'],
  },
  'ts-jest, CommonJS with the module resolution of Node.js 10': {
    manifest: { jest: { preset: 'ts-jest' } },
    files: {
      'tsconfig.json': typescript({ module: 'commonjs', moduleResolution: 'node10' }),
      'shop.test.ts': esModule,
    },
    arguments: [JEST, '--json'],
  },
  'ts-jest, nodenext': {
    manifest: { jest: { preset: 'ts-jest' } },
    files: { 'tsconfig.json': typescript({ module: 'nodenext' }), 'shop.test.ts': esModule },
    arguments: [JEST, '--json'],
  },
  'Jest with ES modules': {
    manifest: { type: 'module', jest: { transform: {} } },
    files: { 'shop.test.js': esModule },
    arguments: ['--experimental-vm-modules', JEST, '--json'],
  },
  Vitest: {
    manifest: { type: 'module' },
    files: { 'shop.test.js': `import { test } from 'vitest';\n${esModule}` },
    arguments: ['../node_modules/vitest/vitest.mjs', 'run', '--reporter=json'],
  },
  'node:test, import': {
    manifest: { type: 'module' },
    files: { 'shop.test.js': `import { test } from 'node:test';\n${esModule}` },
    arguments: ['--test', '--test-reporter=tap'],
  },
  'node:test, require': {
    files: { 'shop.test.js': `const { test } = require('node:test');\n${commonJs}` },
    arguments: ['--test', '--test-reporter=tap'],
  },
};

describe("a shop's own tests load the package and use it", () => {
  test.each(Object.entries(projects))('%s', async (name, { files, manifest = {}, arguments: args }) => {
    const project = join(folder, name.replace(/\W+/g, '-'));
    writeFiles(project, { 'package.json': json(manifest), ...files });
    expect(await node(args, project)).toMatch(/"numPassedTests":2\b|^# pass 2$/m);
  });
});
