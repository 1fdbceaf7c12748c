import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Declared, publicDeclarations, unreachable } from './declarations.js';
import { entryPoints, unpackInto } from './packed.js';

const folder = mkdtempSync(join(tmpdir(), 'koa-wxpay-types-'));
const declarations = new Map<string, Map<string, Declared>>();

/** Helpers that infer the type of a setting from its schema. What they infer is written at the schema. */
const INFERRING = ['ValuesOf', 'Groups'];

/** Interfaces that a host writes or calls, so that each member says what it does. */
const DESCRIBED = /Options$|^(?:Wxpay|Settlement|InboxSettlement|OrderQueries|Inbox|LeaseStore|TokenCache|Worker)$/;

beforeAll(async () => {
  const installed = await unpackInto(folder);
  for (const name of entryPoints) {
    const path = name === 'koa-wxpay' ? '' : `/${name.slice('koa-wxpay/'.length)}`;
    declarations.set(name, publicDeclarations(`${installed}/dist${path}/index.d.ts`));
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const of = (name: string): Map<string, Declared> => declarations.get(name) as Map<string, Declared>;

describe.each(entryPoints)('%s', (name) => {
  test('every type in a signature can be imported from it or from koa-wxpay', () => {
    const shared = new Set([...of('koa-wxpay').values()].map(({ id }) => id));
    const found = unreachable(of(name), shared).filter(({ type }) => !INFERRING.includes(type));
    expect(found.map(({ by, type }) => `${by} names ${type}`)).toEqual([]);
  });

  test('every export has a docblock', () => {
    expect([...of(name)].filter(([, { doc }]) => doc === undefined).map(([exported]) => exported)).toEqual([]);
  });

  test('every export that is called has an example', () => {
    const called = [...of(name)].filter(([, { callable }]) => callable);
    expect(called.filter(([, { doc }]) => !doc?.includes('@example')).map(([exported]) => exported)).toEqual([]);
  });

  test('every option and every method has a docblock', () => {
    const described = [...of(name)].filter(
      ([exported, { kind }]) => DESCRIBED.test(exported) && kind.includes('Interface'),
    );
    expect(described.flatMap(([exported, { bare }]) => bare.map((member) => `${exported}.${member}`))).toEqual([]);
  });
});
