/**
 * Seconds between the sends of a notification nobody acknowledged: 15s 15s 30s 3m 10m 20m 30m 30m 30m 60m 3h 3h 3h 6h 6h,
 * 24 h 4 min in all.
 *
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011937248
 */
export const RETRY_SECONDS = [
  15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10_800, 10_800, 10_800, 21_600, 21_600,
] as const;
