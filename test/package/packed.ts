import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from './run.js';

interface Manifest {
  name: string;
  version: string;
  bin: Record<string, string>;
  exports: Record<string, unknown>;
  scripts: Record<string, string>;
}

export const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

/** `koa-wxpay`, `koa-wxpay/postgres`, … */
export const entryPoints = Object.keys(manifest.exports)
  .filter((path) => path !== './package.json')
  .map((path) => `${manifest.name}${path.slice(1)}`);

const PACKED_FROM = ['src', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'rolldown.config.ts'];

/**
 * The tarball that `npm test` packs from this checkout before it starts Jest.
 *
 * @throws Error when it is missing or older than a file that it is made from
 */
export function packedTarball(): string {
  const tarball = join(ROOT, `${manifest.name}-${manifest.version}.tgz`);
  if (!existsSync(tarball)) throw new Error(`${tarball} is missing: run "npm pack" first`);
  const packedAt = statSync(tarball).mtimeMs;
  const changed = PACKED_FROM.flatMap(filesIn).find((file) => statSync(file).mtimeMs > packedAt);
  if (changed) throw new Error(`${changed} was changed after ${tarball} was packed: run "npm pack"`);
  return tarball;
}

function filesIn(name: string): string[] {
  const path = join(ROOT, name);
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).map((file) => join(path, file));
}

/** Puts the packed package where a program in `folder` finds it, without what it depends on. */
export async function unpackInto(folder: string): Promise<string> {
  const installed = join(folder, 'node_modules', manifest.name);
  mkdirSync(installed, { recursive: true });
  await run('tar', ['-xzf', packedTarball(), '-C', installed, '--strip-components=1']);
  return installed;
}
