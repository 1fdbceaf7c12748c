import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from '@jest/globals';

/** Debian keeps servers outside an ordinary PATH. */
function folders(): string[] {
  const postgres = '/usr/lib/postgresql';
  const versions = existsSync(postgres) ? readdirSync(postgres).sort((a, b) => Number(b) - Number(a)) : [];
  return [
    ...(process.env.PATH ?? '').split(delimiter),
    ...versions.map((version) => join(postgres, version, 'bin')),
    '/usr/sbin',
    '/usr/local/sbin',
  ];
}

/** The path of a program of this machine. */
export function findBinary(name: string): string | undefined {
  return folders()
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/** The path of a program that `describeWith` has found. */
export function binary(name: string): string {
  const path = findBinary(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  return path;
}

/**
 * A suite that needs programs of the machine. Where one is missing the suite is reported as skipped under the program's
 * name, and with CI=true it fails.
 */
export function describeWith(binaries: string[], name: string, body: () => void): void {
  const missing = binaries.filter((each) => findBinary(each) === undefined);
  if (missing.length === 0) describe(name, body);
  else if (process.env.CI === 'true') {
    describe(name, () => {
      test(`needs ${missing.join(', ')}`, () => {
        throw new Error(`not installed: ${missing.join(', ')}`);
      });
    });
  } else describe.skip(`${name} (not installed: ${missing.join(', ')})`, body);
}
