/** What may happen between a page and the cashier. */
export interface CashierSwitches {
  /** Whether `WeixinJSBridge` exists before the page's own scripts run, or comes after them with its event. @default 'later' */
  bridge: 'later' | 'already';
  /** A coupon of so many fen that pays a part. @default 0 */
  coupon: number;
  /** The page is told `ok` and nobody paid: `ok` is no proof. @default false */
  falseOk: boolean;
}

export const defaultCashierSwitches = (): CashierSwitches => ({ bridge: 'later', coupon: 0, falseOk: false });
