import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { manifest, packedTarball } from './packed.js';
import { ROOT, run, tool } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'koa-wxpay-tarball-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function filesOf(tarball: string): Promise<string[]> {
  const listed = await run('tar', ['-tzf', tarball]);
  return listed.trim().split('\n').map(withoutPrefix).sort();
}

const withoutPrefix = (name: string): string => name.replace(/^package\//, '');

/** What a clone of this checkout would hold, uncommitted changes included. */
async function freshClone(name: string): Promise<string> {
  const clone = join(folder, name);
  const files = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  const present = new Set(readdirSync(ROOT));
  for (const file of new Set(files.split('\0').map((path) => path.split('/')[0] as string))) {
    if (PACKED.test(file) && present.has(file)) cpSync(join(ROOT, file), join(clone, file), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
  return clone;
}

/** Of the root of the checkout: what `npm pack` may read. */
const PACKED = /^(?:src|docs|\.npmrc|[^/]*\.(?:json|md|ts)|LICENSE)$/;

describe('the tarball', () => {
  test('holds the built package, its documents, and nothing else', async () => {
    const files = await filesOf(packedTarball());
    const documents = ['CHANGELOG.md', 'LICENSE', 'README.md', 'README.zh-CN.md', 'package.json'];
    expect(files.filter((name) => !/^(?:dist|docs)\//.test(name))).toEqual(documents);
    const built = files.filter((name) => name.startsWith('dist/'));
    const rest = built.filter((name) => !/(?:\.m?js|\.d\.m?ts|^dist\/package\.json)$/.test(name));
    expect(rest).toEqual(['dist/chunks/node-sqlite3-wasm.wasm.br', 'dist/third-party-licenses.txt']);
    const others = files.filter((name) => name.startsWith('docs/') && !/\.(?:md|svg|png)$/.test(name));
    expect(others).toEqual([]);
  });

  test('holds every file that package.json names', async () => {
    const named = JSON.stringify(manifest).match(/(?<=")(?:\.\/)?dist\/[^"]+(?=")/g) ?? [];
    expect(named.length).toBeGreaterThan(20);
    const files = await filesOf(packedTarball());
    expect(named.filter((name) => !files.includes(name.replace('./', '')))).toEqual([]);
  });

  test('publint reports nothing', async () => {
    await tool('publint', ['run', packedTarball(), '--strict']);
  });

  test('import, require, bundlers and the resolution of old TypeScript find the right types', async () => {
    await tool('attw', [packedTarball(), '--no-color']);
  });
});

describe('packing a fresh clone', () => {
  test('npm pack builds the package first', async () => {
    const clone = await freshClone('unbuilt');
    await run('npm', ['pack'], { cwd: clone });
    const tarball = readdirSync(clone).find((name) => name.endsWith('.tgz')) as string;
    expect(await filesOf(join(clone, tarball))).toEqual(await filesOf(packedTarball()));
  });

  test('npm pack refuses sources that do not compile', async () => {
    const clone = await freshClone('broken');
    writeFileSync(join(clone, 'src/index.ts'), 'export const total: number = "1990";\n');
    await expect(run('npm', ['pack'], { cwd: clone })).rejects.toThrow('TS2322');
    expect(readdirSync(clone).filter((name) => name.endsWith('.tgz'))).toEqual([]);
  });
});

test('building and packing are the only scripts that npm runs by itself', () => {
  const lifecycle = /^(?:pre|post)?(?:install|prepare|uninstall|publish|publishOnly|pack)$/;
  expect(Object.keys(manifest.scripts).filter((name) => lifecycle.test(name))).toEqual(['prepack']);
});
