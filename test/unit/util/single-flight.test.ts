import { expect, test } from '@jest/globals';
import { retryOnce } from '../../../src/util/retry-once.js';
import { singleFlight } from '../../../src/util/single-flight.js';

test('callers of one key share a run while it is under way, and the next caller starts another', async () => {
  const flights = singleFlight<string, number>();
  let started = 0;
  const start = async () => ++started;
  expect(await Promise.all([flights.run('a', start), flights.run('a', start), flights.run('b', start)])).toEqual([
    1, 1, 2,
  ]);
  expect(flights.isRunning('a')).toBe(false);
  expect(await flights.run('a', start)).toBe(3);
});

test('a run that failed is shared as well, and is not kept', async () => {
  const flights = singleFlight<string, number>();
  const failing = flights.run('a', () => Promise.reject(new Error('down')));
  const sharing = flights.run('a', async () => 1);
  expect(flights.isRunning('a')).toBe(true);
  await expect(failing).rejects.toThrow('down');
  await expect(sharing).rejects.toThrow('down');
  expect(await flights.run('a', async () => 2)).toBe(2);
});

test('what failed in a way that may pass is tried once more, and only once', async () => {
  const counts: number[] = [];
  const failing = (count: number) => {
    counts.push(count);
    return Promise.reject(new Error(`failed ${count}`));
  };
  await expect(retryOnce(failing, () => true)).rejects.toThrow('failed 2');
  await expect(retryOnce(failing, () => false)).rejects.toThrow('failed 1');
  expect(counts).toEqual([1, 2, 1]);
  expect(
    await retryOnce(
      (count) => (count === 1 ? Promise.reject(new Error('busy')) : Promise.resolve('done')),
      () => true,
    ),
  ).toBe('done');
});
