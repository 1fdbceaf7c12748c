import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Clock, createClock } from '../../../src/simulator/clock.js';
import { createSimulator } from '../../../src/simulator/index.js';

let real: number;
let clock: Clock;
beforeEach(() => {
  real = 1_414_561_699_000;
  clock = createClock({ real: () => real });
});
afterEach(() => clock.stop());

test('it shows the real time plus what it was advanced by, in milliseconds', async () => {
  real += 999;
  expect(clock.now()).toBe(1_414_561_699_999);
  await clock.advance(86_400_000);
  expect(clock.now()).toBe(1_414_648_099_999);
});

test('timers fire in the order of their times, each at its own time and after the one before has finished', async () => {
  const seen: [string, number][] = [];
  const timer = (name: string) => async () => {
    seen.push([name, clock.now()]);
    await Promise.resolve();
    seen.push([`${name} done`, clock.now()]);
  };
  clock.after(20_000, timer('second'));
  clock.at(1_414_561_709_000, timer('first'));
  clock.after(31_000, timer('too late'));
  await clock.advance(30_000);
  expect(seen).toEqual([
    ['first', 1_414_561_709_000],
    ['first done', 1_414_561_709_000],
    ['second', 1_414_561_719_000],
    ['second done', 1_414_561_719_000],
  ]);
  expect(clock.now()).toBe(1_414_561_729_000);
});

test('a timer set by a timer fires in the same advance', async () => {
  let fired = 0;
  const again = (): void => {
    fired++;
    clock.after(10, again);
  };
  clock.after(10, again);
  await clock.advance(100);
  expect(fired).toBe(10);
});

test('a cancelled timer stays silent', async () => {
  let fired = false;
  clock.after(1, () => {
    fired = true;
  })();
  await clock.advance(2);
  expect(fired).toBe(false);
});

test('advances asked for at once add up', async () => {
  await Promise.all([clock.advance(10_000), clock.advance(20_000)]);
  expect(clock.now()).toBe(1_414_561_729_000);
});

test('a timer that fails fails its advance and no other', async () => {
  clock.after(1000, () => Promise.reject(new Error('timer')));
  await expect(clock.advance(2000)).rejects.toThrow('timer');
  await clock.advance(2000);
  expect(clock.now()).toBeGreaterThanOrEqual(1_414_561_702_000);
});

test('timers fire in real time too', async () => {
  const running = createClock();
  await new Promise<void>((resolve) => {
    running.after(10, resolve);
  });
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('time does not move by %p', (duration) => {
  expect(() => clock.advance(duration)).toThrow('"duration" must be');
});

test('a simulator whose "now" stands still moves only when it is advanced', async () => {
  const sim = await createSimulator({ now: () => real });
  try {
    expect(sim.clock.now()).toBe(real);
    await sim.clock.advance(60_000);
    expect(sim.clock.now()).toBe(real + 60_000);
    real += 5;
    expect(sim.clock.now()).toBe(real + 60_000);
  } finally {
    await sim.close();
  }
});

test('a "now" that is no function is refused', async () => {
  await expect(createSimulator({ now: 1_767_225_600_000 as never })).rejects.toThrow(
    '"now" must be a function',
  );
});
