import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packedTarball } from './packed.js';
import { run } from './run.js';

/** Creates the project of a user in `folder` and installs the packed package there beside `packages`. */
export const installIn = (folder: string, ...packages: string[]): Promise<void> =>
  installTools(folder, packedTarball(), ...packages);

/** Installs packages in a project of their own. */
export async function installTools(folder: string, ...packages: string[]): Promise<void> {
  writeFiles(folder, { 'package.json': '{ "private": true }\n' });
  const quiet = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...quiet, ...packages], { cwd: folder });
}

export function writeFiles(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
