import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROOT } from './run.js';
import { compile, installFor, type KoaMajor } from './typed-shop.js';

const root = mkdtempSync(join(tmpdir(), 'koa-wxpay-koa-versions-'));

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.each<KoaMajor>([2, 3])('a TypeScript shop on Koa %s, with koa-router and with @koa/router', (koa) => {
  const folder = join(root, `koa-${koa}`);
  const oldest = join(folder, 'node_modules/typescript');

  beforeAll(() => installFor(koa, folder, 'typescript@5.4'));

  test("has one copy of Koa's types, of its own major version", () => {
    const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { version: string }>;
    };
    const copies = Object.entries(packages).filter(([path]) => path.endsWith('node_modules/@types/koa'));
    expect(copies.map(([, { version }]) => Number.parseInt(version, 10))).toEqual([koa]);
  });

  test.each([
    ['the oldest supported TypeScript', oldest],
    ['the newest TypeScript', join(ROOT, 'node_modules/typescript')],
  ])('compiles as an ES module and as CommonJS with %s', async (_, compiler) => {
    await compile(compiler, join(folder, 'shop'), 'nodenext');
  });

  test('compiles in a project of the resolution of Node.js 10', async () => {
    await compile(oldest, join(folder, 'shop-of-old'), 'node10');
  });
});
