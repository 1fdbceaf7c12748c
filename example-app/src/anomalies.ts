import type { Anomaly } from 'koa-wxpay';
import type { Db } from './db.js';

/** Unexpected payments: an order was paid twice, or after it had been closed. */
export interface ShopAnomaly {
  transaction_id: string;
  out_trade_no: string;
  code: Anomaly['code'];
  total: number;
  noted_at: Date;
}

/** It is the owner's to look into: once it is kept for the owner's page, WeChat need not say it again. */
export async function noteAnomaly(db: Db, { code, notice }: Anomaly): Promise<'ack' | undefined> {
  if (notice.type !== 'payment.success') return;
  const { transaction_id, out_trade_no, amount } = notice.payment;
  await db.query(
    `insert into anomalies (transaction_id, out_trade_no, code, total) values ($1, $2, $3, $4)
     on conflict (transaction_id) do nothing`,
    [transaction_id, out_trade_no, code, amount.total],
  );
  return 'ack';
}

export const listAnomalies = async (db: Db): Promise<ShopAnomaly[]> =>
  (await db.query<ShopAnomaly>('select * from anomalies order by noted_at desc limit 50')).rows;
