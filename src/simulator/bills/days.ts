const BEIJING = 8 * 3600;
const DAY = 24 * 3600;
const READY = 9 * 3600;
const KEPT_DAYS = 92;

/** A day of Beijing, in Unix seconds. */
export interface Day {
  from: number;
  to: number;
}

/** Of `2026-01-31`; undefined when there is no such day. */
export function dayOf(date: string): Day | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || new Date(date).toJSON()?.slice(0, 10) !== date) return undefined;
  const from = Date.parse(date) / 1000 - BEIJING;
  return { from, to: from + DAY };
}

/** Bills exist from nine o'clock of the next morning, for three months. */
export function availability({ from, to }: Day, now: number): 'ready' | 'creating' | 'never' {
  if (now < to || from < now - KEPT_DAYS * DAY) return 'never';
  return now < to + READY ? 'creating' : 'ready';
}
