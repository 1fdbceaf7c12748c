import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { installTools } from '../package/consumer.js';
import { compile, installFor, type KoaMajor, type Resolution } from '../package/typed-shop.js';

const VERSIONS = ['5.4', '5.5', '5.6', '5.7', '5.8', '5.9', '6.0', '7.0'];
const RESOLUTIONS: Resolution[] = ['nodenext', 'node16', 'bundler', 'node10'];

const root = mkdtempSync(join(tmpdir(), 'koa-wxpay-typescript-'));
const compilers = join(root, 'compilers');

beforeAll(() => installTools(compilers, ...VERSIONS.map((version) => `ts-${version}@npm:typescript@${version}`)));

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** TypeScript 7 has no resolution of Node.js 10, and TypeScript 6 wants to be told that its end is known. */
const supports = (version: string, resolution: Resolution): boolean => version !== '7.0' || resolution !== 'node10';
const optionsOf = (version: string) => (version === '6.0' ? { ignoreDeprecations: '6.0' } : {});

describe.each<KoaMajor>([2, 3])('Koa %s', (koa) => {
  const folder = join(root, `koa-${koa}`);

  beforeAll(() => installFor(koa, folder));

  describe.each(VERSIONS)('TypeScript %s, strict, libraries checked', (version) => {
    test.each(RESOLUTIONS.filter((resolution) => supports(version, resolution)))('%s', async (resolution) => {
      const compiler = join(compilers, `node_modules/ts-${version}`);
      await compile(compiler, join(folder, `${version}-${resolution}`), resolution, optionsOf(version));
    });
  });
});
