import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Compiles the example against the package as it was built last: `npm test` builds that first, and other tests read it meanwhile. */
export function buildExample(): void {
  if (!existsSync('dist/index.js')) throw new Error('the package is not built: npm run build');
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'example-app/tsconfig.json'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}
