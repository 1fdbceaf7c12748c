/** What every candidate is asked to place. */
export interface BenchOrder {
  out_trade_no: string;
  description: string;
  amount: { total: number };
  attach: string;
  time_expire: Date;
}

export const TOTAL = 1990;
export const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o';
export const CLIENT_IP = '203.0.113.7';
export const PREPAY_ID = 'wx201410272009395522657a690389285100';

export const tradeNo = (n: number): string => `BENCH${String(n).padStart(9, '0')}`;
export const transactionId = (n: number): string => `4200000020260101${String(n).padStart(12, '0')}`;

/** The order of that number: every shop of the benchmark sells one dish at one price. */
export const orderOf = (out_trade_no: string): BenchOrder => ({
  out_trade_no,
  description: '一碗面',
  amount: { total: TOTAL },
  attach: 'table 7',
  time_expire: new Date('2030-01-31T10:34:56+08:00'),
});
