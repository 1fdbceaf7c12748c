/** What may be the matter with bills. */
export interface BillSwitches {
  /** Every trade bill of any day has so many made-up payments instead of what happened. @default 0, what happened */
  rows: number;
  /** The hash that API v3 announces is that of another file. @default false */
  wrongHash: boolean;
}

export const defaultBillSwitches = (): BillSwitches => ({ rows: 0, wrongHash: false });
