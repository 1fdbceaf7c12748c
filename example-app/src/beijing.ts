const OFFSET = 8 * 3_600_000;

/** `2026-01-31`: the day in Beijing (UTC+8 all year) at this moment. WeChat's bills are of such days, and so is all else here. */
export const beijingDay = (now: number): string => new Date(now + OFFSET).toISOString().slice(0, 10);
