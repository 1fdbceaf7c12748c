import { test } from '@jest/globals';
import { tool } from './run.js';

// every "@ts-expect-error" in those files is an assertion too: without an error on its line, the compiler complains
test('handlers, routers and options are typed as their files in types/ say', async () => {
  await tool('tsc', ['-p', 'test/package/types']);
});
