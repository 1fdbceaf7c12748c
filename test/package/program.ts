import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from '@swc/core';
import { ROOT } from './run.js';

/** How a program takes what it needs from packages. */
export type ModuleSystem = 'import' | 'require';

const source = readFileSync(join(ROOT, 'test/package/programs/shop.ts'), 'utf8');

/** `programs/shop.ts` with lines of its caller behind it. */
export const typescriptShop = (behind = ''): string => `${source}\n${behind}`;

/** The same in JavaScript. */
export function javascriptShop(system: ModuleSystem, behind = ''): string {
  const { code } = transformSync(typescriptShop(behind), {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: system === 'import' ? 'es6' : 'commonjs' },
  });
  return code;
}

/** Prints the orders that were settled. */
export const PRINT_SETTLED = 'settledOrders().then((settled) => console.log(JSON.stringify(settled)));';

/** What that is when both of them were. */
export const BOTH_SETTLED = '["SHOPV3","SHOPV2"]';
