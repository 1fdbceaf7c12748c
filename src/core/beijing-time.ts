/** WeChat Pay's clock is Beijing's: UTC+8 all year. */
const OFFSET = 8 * 3600 * 1000;

const beijing = (date: Date): string => new Date(date.getTime() + OFFSET).toISOString();

/** `20140903131540`, as v2 writes times. */
export const toCompact = (date: Date): string => beijing(date).slice(0, 19).replace(/\D/g, '');

/** `2014-09-03T13:15:40+08:00`, as v3 writes times. */
export const toRfc3339 = (date: Date): string => `${beijing(date).slice(0, 19)}+08:00`;

/** v2's `20140903131540` or `2014-09-03 13:15:40` in v3's form; undefined for anything else. */
export function fromV2(text: string): string | undefined {
  const parts = /^(\d{4})-?(\d\d)-?(\d\d) ?(\d\d):?(\d\d):?(\d\d)$/.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}+08:00`;
}
