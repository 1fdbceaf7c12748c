import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { installIn, writeFiles } from './consumer.js';
import { BOTH_SETTLED, javascriptShop, PRINT_SETTLED } from './program.js';
import { node, ROOT, run } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'koa-wxpay-bundlers-'));
const shop = join(folder, 'shop');
const guide = readFileSync(join(ROOT, 'docs/bundling.md'), 'utf8');
const commands = [...guide.matchAll(/^esbuild .*$/gm)].map(([command]) => command);
const rollupConfig = /<!-- file: rollup.config.mjs -->\n```js\n(.*?)```/s.exec(guide)?.[1] as string;

beforeAll(async () => {
  const plugins = ['commonjs@29', 'json@6', 'node-resolve@16'].map((name) => `@rollup/plugin-${name}`);
  await installIn(shop, 'koa@3', '@koa/router@15', 'esbuild@0.28', 'rollup@4', ...plugins);
  const source = javascriptShop('import', PRINT_SETTLED);
  writeFiles(shop, { 'shop.js': source, 'rollup.config.mjs': rollupConfig });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a bundle in a folder from which no `node_modules` can be found. */
async function runAlone(bundle: string): Promise<string> {
  const alone = join(folder, 'alone');
  mkdirSync(alone, { recursive: true });
  copyFileSync(join(shop, bundle), join(alone, bundle));
  return (await node([bundle], alone)).trim();
}

describe('a shop in one file, bundled as the guide says', () => {
  test.each(commands)('%s', async (command) => {
    await run('bash', ['-c', `PATH="$PWD/node_modules/.bin:$PATH" ${command}`], { cwd: shop });
    expect(await runAlone(/--outfile=(\S+)/.exec(command)?.[1] as string)).toBe(BOTH_SETTLED);
  });

  test('rollup', async () => {
    await run(join(shop, 'node_modules/.bin/rollup'), ['-c', '--silent'], { cwd: shop });
    expect(await runAlone('shop.bundle.mjs')).toBe(BOTH_SETTLED);
  });

  test('the Chinese guide has the same commands and the same configuration', () => {
    const codeOf = (text: string) => text.match(/^```[\s\S]*?^```$/gm);
    expect(codeOf(readFileSync(join(ROOT, 'docs/bundling.zh-CN.md'), 'utf8'))).toEqual(codeOf(guide));
  });
});
