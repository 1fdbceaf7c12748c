import { HOUR, MINUTE, SECOND } from '../../util/clock.js';

/**
 * The milliseconds between two sends of a notification that is not acknowledged: 15 s, 15 s, 30 s,
 * 3 min, 10 min, 20 min, 30 min, 30 min, 30 min, 60 min, 3 h, 3 h, 3 h, 6 h, 6 h. The last send is
 * 24 h 4 min after the first.
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011937248
 */
export const RETRY_DELAYS: readonly number[] = [
  ...[15 * SECOND, 15 * SECOND, 30 * SECOND],
  ...[3 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE, 30 * MINUTE, 30 * MINUTE, 60 * MINUTE],
  ...[3 * HOUR, 3 * HOUR, 3 * HOUR, 6 * HOUR, 6 * HOUR],
];
