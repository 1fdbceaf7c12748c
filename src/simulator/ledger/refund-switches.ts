import type { RefundState } from './refunds.js';

/** How refunds go. */
export interface RefundSwitches {
  /** How a refund ends. @default 'SUCCESS' */
  outcome: Exclude<RefundState, 'PROCESSING'>;
  /** Seconds until then, on the simulator's clock. @default 5 */
  delay: number;
  /** The end is told, or never. @default 'after' */
  notification: 'after' | 'never';
  /** The merchant has no money left: `NOTENOUGH`, in v3 403 `NOT_ENOUGH`. @default false */
  notEnough: boolean;
  /** More than six refused refunds within a second are too many. @default false */
  limiter: boolean;
}

export const defaultRefundSwitches = (): RefundSwitches => ({
  outcome: 'SUCCESS',
  delay: 5,
  notification: 'after',
  notEnough: false,
  limiter: false,
});
