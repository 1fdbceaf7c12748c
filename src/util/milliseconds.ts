/** @throws TypeError for a duration a timer cannot wait: the largest is 24 days */
export function checkMilliseconds(option: string, ms: number, least = 1): void {
  if (Number.isSafeInteger(ms) && ms >= least && ms < 2 ** 31) return;
  throw new TypeError(`"${option}" must be a whole number of milliseconds, at least ${least}, not ${ms}`);
}
