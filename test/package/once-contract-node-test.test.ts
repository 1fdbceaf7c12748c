import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { unpackInto } from './packed.js';
import { node, ROOT } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'koa-wxpay-node-test-'));

beforeAll(async () => {
  symlinkSync(join(ROOT, 'node_modules'), join(await unpackInto(folder), 'node_modules'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function underNodeTest(name: string, store: string): Promise<Record<'tests' | 'pass' | 'fail', number>> {
  const file = join(folder, name);
  writeFileSync(
    file,
    `import { describe, test } from 'node:test';
import { memoryOnce } from 'koa-wxpay';
import { describeOnce } from 'koa-wxpay/testing';

describeOnce('a store', ${store}, { describe, test });
`,
  );
  const printed = await node(['--test', '--test-reporter=tap', file], folder).catch((error: Error) => error.message);
  const figure = (label: string): number => Number(new RegExp(`^# ${label} (\\d+)$`, 'm').exec(printed)?.[1]);
  return { tests: figure('tests'), pass: figure('pass'), fail: figure('fail') };
}

describe('the contract of once under node:test', () => {
  test('a store that keeps it passes', async () => {
    const { tests, pass, fail } = await underNodeTest('kept.test.mjs', '() => memoryOnce()');
    expect(tests).toBeGreaterThanOrEqual(25);
    expect([pass, fail]).toEqual([tests, 0]);
  });

  test('a store that answers before the handler has settled fails', async () => {
    const store = '() => async (_, work) => { work().catch(() => {}); return "ran"; }';
    const { tests, fail } = await underNodeTest('broken.test.mjs', store);
    expect(tests).toBeGreaterThanOrEqual(25);
    expect(fail).toBeGreaterThan(5);
  });
});
