import type { SimulatorState } from '../state.js';

/** The fen that a coupon pays. At least one fen is left: WeChat has no payments of nothing. */
export const couponFor = ({ switches }: SimulatorState, total: number): number =>
  Math.max(0, Math.min(switches.cashier.coupon, total - 1));
