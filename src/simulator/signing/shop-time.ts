import { MINUTE, toUnixSeconds } from '../../util/clock.js';
import type { Clock } from '../clock.js';
import type { Rules } from '../scenarios/rules.js';

const WINDOW_SECONDS = (5 * MINUTE) / 1000;

interface Surroundings {
  clock: Pick<Clock, 'now' | 'real'>;
  rules: Pick<Rules, 'timestamps'>;
}

/** The time by which the shop goes, in Unix milliseconds. */
export const shopTime = ({ clock, rules }: Surroundings): number =>
  rules.timestamps === 'real' ? clock.real() : clock.now();

/**
 * The time that a request was dated by: the simulator's or the real one, whichever is less than
 * five minutes away.
 *
 * @param timestamp Unix seconds as they arrived
 * @returns `undefined` when neither is
 */
export function timeOfRequest(
  { clock, rules }: Surroundings,
  timestamp: string,
): number | undefined {
  const { now, real } = clock;
  const order = { simulated: [now, real], real: [real, now], strict: [now] }[rules.timestamps];
  const times = order.map((time) => time());
  // Written so that NaN is refused.
  return times.find((time) => Math.abs(toUnixSeconds(time) - Number(timestamp)) < WINDOW_SECONDS);
}
