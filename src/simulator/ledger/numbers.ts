import { toCompact } from '../../core/beijing-time.js';
import { digits, type Random } from '../random.js';
import type { Coupon } from './order.js';

const timestamp = (now: number): string => toCompact(new Date(now));

/** `wx`, the time and 20 hexadecimal digits. */
export const newPrepayId = (now: number, random: Random): string =>
  `wx${timestamp(now)}${random(10).toString('hex')}`;

/** 28 digits that start with 4200. */
export const newTransactionId = (now: number, random: Random): string =>
  `4200${digits(random, 6)}${timestamp(now).slice(0, 8)}${digits(random, 10)}`;

/** 29 digits that start with 50. */
export const newRefundId = (random: Random): string => `50${digits(random, 27)}`;

export function newCoupon(
  random: Random,
  amount: number,
  type: 'CASH' | 'NO_CASH' | 'absent',
): Coupon {
  const coupon_id = digits(random, 10);
  return type === 'absent' ? { coupon_id, amount } : { coupon_id, amount, type };
}
