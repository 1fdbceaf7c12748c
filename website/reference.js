/** TypeDoc drops the class of an error in `@throws {Class}`: it reads a copy of the sources in which the class is text. */
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const copy = here('build/src/');

rmSync(copy, { recursive: true, force: true });
cpSync(here('../src'), copy, { recursive: true });
for (const name of readdirSync(copy, { recursive: true })) {
  if (!name.endsWith('.ts')) continue;
  const text = readFileSync(copy + name, 'utf8');
  writeFileSync(copy + name, text.replace(/@throws \{(\w+)\}/g, '@throws `$1`'));
}
try {
  execFileSync(process.execPath, [here('node_modules/typedoc/bin/typedoc')], { cwd: here('.'), stdio: 'inherit' });
} finally {
  rmSync(copy, { recursive: true, force: true });
}
