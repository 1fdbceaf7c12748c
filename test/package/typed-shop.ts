import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installIn, writeFiles } from './consumer.js';
import { entryPoints } from './packed.js';
import { node, ROOT } from './run.js';

/** What a TypeScript shop on each Koa installs. Both routers are as old as that Koa allows. */
export const COMPANIONS = {
  2: ['koa@2.16', '@types/koa@2', 'koa-router@12', '@types/koa-router@7', '@koa/router@12', '@types/koa__router@12'],
  3: ['koa@3', '@types/koa@3', 'koa-router@14', '@types/koa-router@7', '@koa/router@15'],
};

export type KoaMajor = keyof typeof COMPANIONS;

/** A folder with the packed package, Koa and both routers; shops are compiled in folders below it. */
export const installFor = (koa: KoaMajor, folder: string, ...packages: string[]): Promise<void> =>
  installIn(folder, ...COMPANIONS[koa], '@types/node@20', ...packages);

/** How a shop finds modules. Node.js' own resolution finds one for `import` and one for `require`. */
export const RESOLUTIONS = {
  nodenext: { extensions: ['mts', 'cts'], options: { module: 'nodenext' } },
  node16: { extensions: ['mts', 'cts'], options: { module: 'node16' } },
  bundler: { extensions: ['ts'], options: { module: 'esnext', moduleResolution: 'bundler' } },
  node10: { extensions: ['ts'], options: { module: 'commonjs', moduleResolution: 'node10', esModuleInterop: true } },
};

export type Resolution = keyof typeof RESOLUTIONS;

/**
 * Compiles a shop with both routers, and a file that imports every entry point.
 *
 * @param compiler the folder of an installed TypeScript
 * @param options added to the strict ones
 */
export async function compile(compiler: string, folder: string, resolution: Resolution, options = {}): Promise<void> {
  const { extensions, options: modules } = RESOLUTIONS[resolution];
  const shops = extensions.flatMap((extension) => [
    [`routers.${extension}`, readFileSync(join(ROOT, 'test/package/types/routers.ts'), 'utf8')],
    [`entry-points.${extension}`, ENTRY_POINTS],
  ]);
  const strict = { strict: true, skipLibCheck: false, noEmit: true, target: 'es2022', types: ['node'] };
  const compilerOptions = { ...strict, ...modules, ...options };
  writeFiles(folder, {
    ...Object.fromEntries(shops),
    'tsconfig.json': JSON.stringify({ compilerOptions, files: shops.map(([file]) => file) }),
  });
  await node([join(compiler, 'bin/tsc'), '-p', '.'], folder);
}

const ENTRY_POINTS = `${entryPoints.map((path, index) => `import * as entry${index} from '${path}';`).join('\n')}
export const all = [${entryPoints.map((_, index) => `entry${index}`).join()}];
`;
