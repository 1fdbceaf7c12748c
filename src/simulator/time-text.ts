import { DAY, HOUR, MINUTE, SECOND } from '../util/clock.js';

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: SECOND,
  m: MINUTE,
  min: MINUTE,
  h: HOUR,
  d: DAY,
};

const PART = /\s*(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)/y;

/**
 * Milliseconds of a duration such as `3h`, `15 s` or `1d2h`. A number is milliseconds already.
 *
 * @throws {TypeError}
 */
export function readDuration(given: number | string): number {
  if (typeof given === 'number') return given;
  let total = 0;
  PART.lastIndex = 0;
  let end = 0;
  for (let part = PART.exec(given); part; part = PART.exec(given)) {
    total += Number(part[1]) * (UNITS[part[2] as string] as number);
    end = PART.lastIndex;
  }
  if (end > 0 && given.slice(end).trim() === '') return Math.round(total);
  throw new TypeError(
    `a duration must be like 15s, 3h or 1d2h (ms, s, m, h, d), not ${JSON.stringify(given)}`,
  );
}

const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?))?(Z|[+-]\d\d:\d\d)?$/;

/**
 * Unix milliseconds of a time such as `2026-11-28T09:30`, which is in Beijing unless it says
 * otherwise. A number is Unix milliseconds already.
 *
 * @throws {TypeError} for any other text
 * @example
 * const sim = await createSimulator({ clock: readSimulatorTime('2026-11-28T09:30') });
 * await sim.close();
 */
export function readTime(given: number | string): number {
  if (typeof given === 'number') return given;
  const [, day = '', time = '00:00', zone = '+08:00'] = TIME.exec(given.trim()) ?? [];
  const read = Date.parse(`${day}T${time}${zone}`);
  // Date.parse accepts the 31st of February.
  const isDay = day !== '' && new Date(`${day}T00:00Z`).toISOString().startsWith(day);
  if (!Number.isNaN(read) && isDay) return read;
  throw new TypeError(
    `a time must be like 2026-11-28T09:30 (in Beijing), not ${JSON.stringify(given)}`,
  );
}
