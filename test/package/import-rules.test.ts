import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { cycleIn, type Import, importsOf, isOurs, layerOf, specifiersIn } from './imports.js';

const imports = importsOf('src');
const ours = imports.filter(isOurs);
const foreign = imports.filter((found) => !isOurs(found));
const {
  dependencies,
  devDependencies,
  peerDependencies = {},
} = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as Record<
  'dependencies' | 'devDependencies' | 'peerDependencies',
  Record<string, string>
>;

/** Who may import whom; every layer may import itself. */
const ARROWS: Record<string, readonly string[]> = {
  util: [],
  browser: ['core'],
  core: ['util'],
  diagnostics: ['core', 'util'],
  client: ['core', 'diagnostics', 'util'],
  once: ['core', 'util'],
  settlement: ['client', 'core', 'diagnostics', 'once', 'util'],
  prepay: ['settlement', 'client', 'core', 'util'],
  reconcile: ['settlement', 'core', 'util'],
  bills: ['client', 'core', 'util'],
  postgres: ['once', 'util'],
  mysql: ['once', 'util'],
  redis: ['once', 'core', 'util'],
  koa: ['settlement', 'prepay', 'client', 'core', 'diagnostics', 'util'],
  testing: ['once', 'simulator', 'core', 'util'],
  explain: ['core', 'util'],
  simulator: ['explain', 'core', 'util'],
  page: ['simulator'],
  cli: [
    'client',
    'core',
    'explain',
    'once',
    'postgres',
    'mysql',
    'redis',
    'reconcile',
    'settlement',
    'simulator',
    'testing',
    'util',
  ],
  'index.ts': ['bills', 'client', 'core', 'diagnostics', 'koa', 'once', 'prepay', 'reconcile', 'settlement', 'util'],
};

/** The one door each package comes in through. */
const DOORS: Record<string, RegExp> = {
  'fast-xml-parser': /^src\/core\/v2\/xml\/read\.ts$/,
  'raw-body': /^src\/koa\/raw-body\.ts$/,
  undici: /^src\/client\/http\.ts$/,
  // The command line only names the type of an app.
  koa: /^src\/(?:koa|simulator|cli\/doctor)\//,
  zod: /^src\/(?:simulator|cli)\//,
  commander: /^src\/cli\/command\.ts$/,
  // A page of components names its library in each of them.
  preact: /^src\/page\//,
  'node-sqlite3-wasm': /^src\/simulator\/storage\/database\.ts$/,
};

/** Development dependencies of the tools, which the build puts into the files of the tools. */
const BUNDLED = ['commander', 'node-sqlite3-wasm', 'preact'];

const written = ({ from, to }: Import): string => `${from} imports ${to}`;

describe('the layers', () => {
  test('every folder of src has its place', () => {
    expect(new Set(imports.map(({ from }) => layerOf(from)))).toEqual(new Set(Object.keys(ARROWS)));
  });

  test('imports follow the arrows: koa → settlement, prepay, reconcile → client → core, postgres, mysql, redis → once, simulator → core', () => {
    const against = ours.filter(({ from, to }) => {
      const [mine, theirs] = [layerOf(from), layerOf(to)];
      return mine !== theirs && !ARROWS[mine]?.includes(theirs);
    });
    expect(against.map(written)).toEqual([]);
  });

  test('only index.ts imports the middlewares, and only its page, the command line and the test kit the simulator', () => {
    const into = (layer: string) =>
      new Set(
        ours
          .filter(({ from, to }) => layerOf(to) === layer && layerOf(from) !== layer)
          .map(({ from }) => layerOf(from)),
      );
    expect([...into('koa')]).toEqual(['index.ts']);
    expect([...into('simulator')].sort()).toEqual(['cli', 'page', 'testing']);
  });

  test('what runs in browsers takes nothing but types from the rest', () => {
    const taken = ours.filter(({ from, to }) => layerOf(from) === 'browser' && layerOf(to) !== 'browser');
    expect(taken.filter(({ typeOnly }) => !typeOnly).map(written)).toEqual([]);
    expect(foreign.filter(({ from }) => layerOf(from) === 'browser').map(written)).toEqual([]);
  });

  test('no files import each other in a circle, not even for types', () => {
    expect(cycleIn(ours)).toBeNull();
  });
});

describe('packages and modules of Node', () => {
  test('each package comes in through its own door', () => {
    const packages = foreign.filter(({ to }) => !to.startsWith('node:'));
    expect(packages.filter(({ from, to }) => !DOORS[to]?.test(from)).map(written)).toEqual([]);
  });

  test('what is imported is a dependency, and the other way round', () => {
    const imported = new Set(foreign.map(({ to }) => to).filter((to) => !to.startsWith('node:')));
    const runtime = Object.keys(dependencies).filter((name) => !name.startsWith('@types/'));
    const installed = [...imported].filter((name) => name !== 'koa' && !BUNDLED.includes(name));
    expect(installed.sort()).toEqual(runtime.sort());
    expect(Object.keys({ ...peerDependencies, ...dependencies })).toContain('koa');
  });

  test('what is bundled is a development dependency of the command line or the simulator', () => {
    const users = new Set(foreign.filter(({ to }) => BUNDLED.includes(to)).map(({ from }) => layerOf(from)));
    expect([...users].filter((layer) => !['cli', 'page', 'simulator'].includes(layer))).toEqual([]);
    expect(BUNDLED.filter((name) => !(name in devDependencies) || name in dependencies)).toEqual([]);
  });

  test('the core knows neither sockets nor files nor a clock of its own: of Node it imports node:crypto and node:util', () => {
    const nodes = foreign.filter(({ from, to }) => layerOf(from) === 'core' && to.startsWith('node:'));
    expect(new Set(nodes.map(({ to }) => to))).toEqual(new Set(['node:crypto', 'node:util']));
  });

  test('sockets are opened by the simulator, and by the client through undici', () => {
    const sockets = foreign.filter(({ to, typeOnly }) => !typeOnly && /^node:(?:https?2?|net|dgram)$/.test(to));
    const elsewhere = sockets.filter(({ from }) => layerOf(from) !== 'simulator');
    // It asks whether a text is an address, and opens nothing.
    expect(elsewhere.map(written)).toEqual(['src/util/ip-address.ts imports node:net']);
  });
});

describe('reading imports', () => {
  test('every spelling of an import is seen', () => {
    const source = `import a from 'one'; import type { B } from 'two'; export * from 'three'; export { type C, c } from 'four';
      export type * from 'five'; import 'six'; const d = await import('seven'); type E = import('eight').E;
      // import f from 'nine'
      const g = "import h from 'ten'";`;
    const seen = specifiersIn(source);
    expect(seen.map(({ specifier }) => specifier)).toEqual([
      'one',
      'two',
      'three',
      'four',
      'five',
      'six',
      'seven',
      'eight',
    ]);
    expect(seen.map(({ typeOnly }) => typeOnly)).toEqual([false, true, false, false, true, false, false, true]);
  });

  test('a circle is found', () => {
    expect(
      cycleIn([
        { from: 'a', to: 'b' },
        { from: 'b', to: 'c' },
        { from: 'c', to: 'b' },
      ]),
    ).toEqual(['b', 'c', 'b']);
  });
});
