import { DAY, HOUR } from '../../util/clock.js';

const BEIJING_OFFSET = 8 * HOUR;
const READY_AFTER = 9 * HOUR;
const KEPT = 92 * DAY;

/** A day in Beijing, in Unix milliseconds. */
export interface Day {
  from: number;
  to: number;
}

/** The day of a date such as `2026-01-31`; `undefined` when there is no such date. */
export function dayOf(date: string): Day | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) return undefined;
  if (new Date(date).toJSON()?.slice(0, 10) !== date) return undefined;
  const from = Date.parse(date) - BEIJING_OFFSET;
  return { from, to: from + DAY };
}

/** A bill exists from nine o'clock of the next morning, and for three months. */
export function availability({ from, to }: Day, now: number): 'ready' | 'creating' | 'never' {
  if (now < to || from < now - KEPT) return 'never';
  return now < to + READY_AFTER ? 'creating' : 'ready';
}
