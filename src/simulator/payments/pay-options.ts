import type { Person } from '../accounts/person.js';
import type { CashierOutcome } from '../scenarios/cashier.js';

/** Who pays an order, and how. */
export interface PayOptions {
  /**
   * The person with the phone, or their id.
   *
   * @default the person the order was placed for
   */
  person?: Person | string;
  /** The address of the page that asks for the payment, for the 支付授权目录. */
  page?: string;
  /**
   * Fen that a coupon pays.
   *
   * @default 0
   */
  coupon?: number;
  /**
   * The kind of the coupon. WeChat occasionally omits `coupon_type_0`: `'absent'`.
   *
   * @default 'CASH'
   */
  couponType?: 'CASH' | 'NO_CASH' | 'absent';
  /**
   * What the person does in the cashier: pays, cancels, or gives up because of too little money or
   * a wrong password.
   *
   * @default the switch `cashier.outcome`
   */
  outcome?: CashierOutcome;
}
