import { expect, test } from '@jest/globals';
import { type BillDifference, compareBill, type LedgerEntry, type TradeBillRow } from 'koa-wxpay';

const row = (transaction_id: string, total: number): TradeBillRow => ({
  trade_time: '2026-01-31T12:00:00+08:00',
  appid: 'wx0123456789abcdef',
  mchid: '1900000109',
  transaction_id,
  out_trade_no: `SHOP${transaction_id}`,
  trade_type: 'JSAPI',
  trade_state: 'SUCCESS',
  amount: { total, currency: 'CNY' },
  columns: {},
});
const refundRow = (refund_id: string, refund: number): TradeBillRow => ({
  ...row('T9', 500),
  trade_state: 'REFUND',
  refund: { refund_id, out_refund_no: `R-${refund_id}`, refund },
});

const billOf = (rows: TradeBillRow[], fails?: Error) => ({
  async *tradeBill() {
    yield* rows;
    if (fails) throw fails;
  },
});

const compare = async (rows: TradeBillRow[], ledger: LedgerEntry[]): Promise<BillDifference[]> => {
  const found: BillDifference[] = [];
  for await (const difference of compareBill(billOf(rows), { date: '2026-01-31', ledger })) found.push(difference);
  return found;
};

test('books that agree have no difference, in whatever order', async () => {
  const rows = [row('T1', 100), row('T2', 200), refundRow('F1', 50)];
  expect(
    await compare(rows, [
      { refund_id: 'F1', refund: 50 },
      { transaction_id: 'T2', total: 200 },
      { transaction_id: 'T1', total: 100 },
    ]),
  ).toEqual([]);
});

test('a payment and a refund the host does not know, one it has alone, an amount that differs, a line written twice', async () => {
  const rows = [row('T1', 100), row('T2', 200), row('T3', 300), refundRow('F1', 50)];
  const ledger = [
    { transaction_id: 'T1', total: 100 },
    { transaction_id: 'T1', total: 100 },
    { transaction_id: 'T2', total: 201 },
    { transaction_id: 'T4', total: 400 },
    { refund_id: 'F2', refund: 5 },
  ];
  expect(await compare(rows, ledger)).toEqual([
    { kind: 'twice_in_ledger', entry: { transaction_id: 'T1', total: 100 } },
    { kind: 'amount_differs', row: rows[1], bill: 200, ledger: 201 },
    { kind: 'missing_in_ledger', row: rows[2] },
    { kind: 'missing_in_ledger', row: rows[3] },
    { kind: 'missing_in_bill', entry: { transaction_id: 'T4', total: 400 } },
    { kind: 'missing_in_bill', entry: { refund_id: 'F2', refund: 5 } },
  ]);
});

test('a payment and a refund of the same number are two things', async () => {
  expect(await compare([row('X1', 1)], [{ refund_id: 'X1', refund: 1 }])).toHaveLength(2);
});

test('a bill that turns out to be damaged ends the comparison with its error', async () => {
  const broken = new Error('its SHA-1 differs');
  const differences = compareBill(billOf([row('T1', 1)], broken), {
    date: '2026-01-31',
    ledger: [{ transaction_id: 'T1', total: 1 }],
  });
  await expect(differences.next()).rejects.toBe(broken);
});
