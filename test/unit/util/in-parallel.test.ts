import { expect, test } from '@jest/globals';
import { inParallel } from '../../../src/util/in-parallel.js';

test('work that never waits lets the rest of the process run in between', async () => {
  let others = 0;
  const other = setInterval(() => others++, 0);
  const seen: number[] = [];
  await inParallel(
    Array.from({ length: 50 }, (_, n) => n),
    2,
    async (n) => {
      seen.push(n);
      // Work that takes a while, so that the timer is due before the next item.
      const until = performance.now() + 2;
      while (performance.now() < until);
      return undefined;
    },
  );
  clearInterval(other);
  expect(seen).toHaveLength(50);
  expect(others).toBeGreaterThan(0);
});

test('"stop" reads no further, and what is under way ends', async () => {
  const ended: number[] = [];
  await inParallel([1, 2, 3, 4, 5, 6], 2, async (n) => {
    ended.push(n);
    return n === 1 ? 'stop' : undefined;
  });
  expect(ended).toEqual([1, 2]);
});

test('the first failure is thrown once what is under way has settled', async () => {
  const ended: number[] = [];
  const walk = inParallel([1, 2, 3], 2, async (n) => {
    if (n === 1) throw new Error('one');
    await new Promise(setImmediate);
    ended.push(n);
    return undefined;
  });
  await expect(walk).rejects.toThrow('one');
  expect(ended).toEqual([2]);
});
