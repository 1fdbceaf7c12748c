import { describe, test } from '@jest/globals';
import { findBinary } from './binaries.js';

export { binary, findBinary } from './binaries.js';

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
