import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { installIn, writeFiles } from './consumer.js';
import { javascriptShop, type ModuleSystem, typescriptShop } from './program.js';
import { node } from './run.js';
import { snippetsOf } from './snippets.js';

/** A user's project with every test runner; each of them is used as its documentation shows first. */
const folder = mkdtempSync(join(tmpdir(), 'koa-wxpay-runners-'));

beforeAll(async () => {
  const jest = ['jest@30', 'ts-jest@29', 'typescript@5.9', '@types/jest@30'];
  const babel = ['@babel/core@7', '@babel/preset-env@7', '@babel/preset-typescript@7'];
  await installIn(folder, 'koa@3', '@koa/router@15', '@types/node@20', 'vitest@4', ...jest, ...babel);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TESTS = `
test('orders over both API versions are settled', async () => {
  const settled = await settledOrders();
  if (settled.join() !== 'SHOPV3,SHOPV2') throw new Error(settled.join());
});

test('an unreachable host rejects with an instance of the exported class', async () => {
  if (!(await rejectsWithTransportError())) throw new Error('another class');
});
`;

const typescriptTests = typescriptShop(TESTS);
/** Each runner that has no global "test" exports one. */
const javascriptTests = (system: ModuleSystem, runner?: string): string =>
  javascriptShop(system, `${runner ? `import { test } from '${runner}';` : ''}${TESTS}`);

/** A guard against hanging only: five seconds, the runners' own limit, is short on a busy machine. */
const NO_HURRY = '--testTimeout=300000';
const JEST = ['../node_modules/jest/bin/jest.js', NO_HURRY];
const TARGET = ['@babel/preset-env', { targets: { node: 'current' } }];
const STRICT = { strict: true, skipLibCheck: false, esModuleInterop: true, types: ['node', 'jest'] };

const json = (value: object): string => JSON.stringify(value);

const typescript = (compilerOptions: object): string =>
  json({ compilerOptions: { target: 'es2022', ...STRICT, ...compilerOptions } });

/** The test of the guide, for a runner that it is imported from, or that has a global one. */
function guide(runner: string | undefined, changes: Record<string, string> = {}): Record<string, string> {
  const snippets = snippetsOf('docs/testing.md');
  const code = (file: string): string => snippets.find((snippet) => snippet.file === file)?.code ?? '';
  const own = runner ? `import { test } from '${runner}';` : '';
  const test = code('shop.test.ts').replace(/^import \{ test \} from .*$/m, own);
  const changed = Object.entries(changes).reduce((text, [from, to]) => text.replace(from, to), test);
  return { 'shop.ts': code('shop.ts'), 'shop.test.ts': changed };
}

interface Project {
  /** How many tests there are. @default 2 */
  passed?: number;
  /** Beside package.json. */
  files: Record<string, string>;
  manifest?: object;
  arguments: string[];
}

const projects: Record<string, Project> = {
  'Jest without configuration, require': {
    files: { 'shop.test.js': javascriptTests('require') },
    arguments: [...JEST, '--json'],
  },
  'Jest with Babel, JavaScript': {
    manifest: { babel: { presets: [TARGET] } },
    files: { 'shop.test.js': javascriptTests('import') },
    arguments: [...JEST, '--json'],
  },
  'Jest with Babel, TypeScript': {
    manifest: { babel: { presets: [TARGET, '@babel/preset-typescript'] } },
    files: { 'shop.test.ts': typescriptTests },
    arguments: [...JEST, '--json'],
  },
  'ts-jest, CommonJS with the module resolution of Node.js 10': {
    manifest: { jest: { preset: 'ts-jest' } },
    files: {
      'tsconfig.json': typescript({ module: 'commonjs', moduleResolution: 'node10' }),
      'shop.test.ts': typescriptTests,
    },
    arguments: [...JEST, '--json'],
  },
  'ts-jest, nodenext': {
    manifest: { jest: { preset: 'ts-jest' } },
    files: { 'tsconfig.json': typescript({ module: 'nodenext' }), 'shop.test.ts': typescriptTests },
    arguments: [...JEST, '--json'],
  },
  'Jest with ES modules': {
    manifest: { type: 'module', jest: { transform: {} } },
    files: { 'shop.test.js': javascriptTests('import') },
    arguments: ['--experimental-vm-modules', ...JEST, '--json'],
  },
  Vitest: {
    manifest: { type: 'module' },
    files: { 'shop.test.js': javascriptTests('import', 'vitest') },
    arguments: ['../node_modules/vitest/vitest.mjs', 'run', NO_HURRY, '--reporter=json'],
  },
  'Jest with Babel, the guide': {
    passed: 1,
    manifest: { babel: { presets: [TARGET, '@babel/preset-typescript'] } },
    files: guide(undefined, { './shop.js': './shop' }),
    arguments: [...JEST, '--json'],
  },
  'Vitest, the guide': {
    passed: 1,
    manifest: { type: 'module' },
    files: guide('vitest'),
    arguments: ['../node_modules/vitest/vitest.mjs', 'run', NO_HURRY, '--reporter=json'],
  },
  'node:test, import': {
    manifest: { type: 'module' },
    files: { 'shop.test.js': javascriptTests('import', 'node:test') },
    arguments: ['--test', '--test-reporter=tap'],
  },
  'node:test, require': {
    files: { 'shop.test.js': javascriptTests('require', 'node:test') },
    arguments: ['--test', '--test-reporter=tap'],
  },
};

describe("a shop's own tests load the package and use it", () => {
  test.each(Object.entries(projects))('%s', async (name, { passed = 2, files, manifest = {}, arguments: args }) => {
    const project = join(folder, name.replace(/\W+/g, '-'));
    writeFiles(project, { 'package.json': json(manifest), ...files });
    expect(await node(args, project)).toMatch(new RegExp(`"numPassedTests":${passed}\\b|^# pass ${passed}$`, 'm'));
  });
});
