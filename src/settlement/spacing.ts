import { MINUTE, SECOND } from '../util/clock.js';

const HALF_HOUR = 30 * MINUTE;

/**
 * The ages of an order at which WeChat recommends a query. After the last one it is every half
 * hour.
 */
const LOOKS = [5 * SECOND, 30 * SECOND, MINUTE, 3 * MINUTE, 5 * MINUTE, 10 * MINUTE, HALF_HOUR];

/**
 * Returns the last recommended moment before this age, or 0 before the first one. Both are in
 * milliseconds since the order was placed.
 *
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012075249
 */
export function lastLook(age: number): number {
  if (age >= HALF_HOUR) return age - (age % HALF_HOUR);
  return LOOKS.findLast((look) => look <= age) ?? 0;
}
