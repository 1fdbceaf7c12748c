import { ApiError, type BillDifference, compareBill, type LedgerEntry } from 'koa-wxpay';
import { beijingDay } from './beijing.js';
import type { Db } from './db.js';
import type { Shop } from './shop.js';

/** The day before this moment, in Beijing. Its bill is ready in the morning. */
export const dayBefore = (now: number): string => beijingDay(now - 24 * 3_600_000);

/** The days whose bills WeChat gives out: yesterday's, and those of three months before. */
export function billDays(now: number): { newest: string; oldest: string } {
  const newest = dayBefore(now);
  const oldest = new Date(newest);
  oldest.setUTCMonth(oldest.getUTCMonth() - 3);
  return { newest, oldest: oldest.toISOString().slice(0, 10) };
}

/** The shop's own books of a day in Beijing. */
async function* ledgerOf(db: Db, date: string): AsyncGenerator<LedgerEntry> {
  const within = (time: string): string =>
    `${time} >= ($1 || 'T00:00:00+08:00')::timestamptz and ${time} < ($1 || 'T00:00:00+08:00')::timestamptz + interval '1 day'`;
  const payments = await db.query<{ transaction_id: string; total: number }>(
    `select transaction_id, total from orders where transaction_id is not null and ${within('paid_at')}`,
    [date],
  );
  yield* payments.rows;
  const refunds = await db.query<{ refund_id: string; refund: number }>(
    `select refund_id, refund from refunds where refund_id is not null and ${within('coalesce(accepted_at, asked_at)')}`,
    [date],
  );
  yield* refunds.rows;
}

/** Where WeChat's bill of a day and the shop's books differ; or why there is no bill. */
export async function checkDay(
  { db, wxpay }: Shop,
  date: string,
): Promise<BillDifference[] | 'bill_not_ready' | 'no_bill'> {
  const { newest, oldest } = billDays(wxpay.now());
  if (date > newest) return 'bill_not_ready';
  if (date < oldest) return 'no_bill';
  const differences: BillDifference[] = [];
  try {
    for await (const difference of compareBill(wxpay, { date, ledger: ledgerOf(db, date) }))
      differences.push(difference);
  } catch (error) {
    const meaning = error instanceof ApiError ? error.meaning : undefined;
    if (meaning === 'bill_not_ready' || meaning === 'no_bill') return meaning;
    throw error;
  }
  return differences;
}
