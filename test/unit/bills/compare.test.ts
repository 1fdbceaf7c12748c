import { expect, test } from '@jest/globals';
import { type BillDifference, compareBill, type LedgerEntry, type TradeBillRow } from 'koa-wxpay';
import { createBillReader } from '../../../src/core/bills/reader.js';
import { TRADE_HEADINGS, toTradeRow } from '../../../src/core/bills/rows.js';
import { earlierTradeBill } from '../../support/bills.js';

const UNPRINTED = { amount: { currency: 'CNY' } };

const row = (transaction_id: string, total: number): TradeBillRow => ({
  time: '2026-01-31T12:00:00+08:00',
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

test('an amount the bill does not print is missing: it is no difference of the whole amount', async () => {
  const payment = { ...row('T1', 0), ...UNPRINTED };
  const refund = { ...refundRow('F1', 0), ...UNPRINTED, refund: { refund_id: 'F1', out_refund_no: 'R1' } };
  const ledger = [
    { transaction_id: 'T1', total: 100 },
    { refund_id: 'F1', refund: 50 },
  ];
  expect(await compare([payment, refund], ledger)).toEqual([
    { kind: 'amount_missing', row: payment, ledger: 100 },
    { kind: 'amount_missing', row: refund, ledger: 50 },
  ]);
});

test('where only the settled amount is printed, it is compared', async () => {
  const payment = { ...row('T1', 0), amount: { settlement_total: 100, currency: 'CNY' } };
  expect(await compare([payment], [{ transaction_id: 'T1', total: 100 }])).toEqual([]);
  expect(await compare([payment], [{ transaction_id: 'T1', total: 99 }])).toMatchObject([{ bill: 100, ledger: 99 }]);
});

test('a bill of the earlier format is compared like any other', async () => {
  const reader = createBillReader(toTradeRow, TRADE_HEADINGS);
  const rows = [...reader.push(earlierTradeBill().replace('\ufeff', '')), ...reader.end()];
  const ledger = [
    { transaction_id: '1001690740201411100005734289', total: 1990 },
    { refund_id: '2008450740201411110000174436', refund: 500 },
  ];
  expect(await compare(rows, ledger)).toEqual([]);
});

test.each<[unknown, string]>([
  [
    { transaction_id: 'T1', total: '1990' },
    '"total" of a ledger line must be a whole number of fen, not 1990 (a string: convert it with Number)',
  ],
  [{ transaction_id: 'T1', total: 19.9 }, '"total" of a ledger line must be a whole number of fen, not 19.9'],
  [{ transaction_id: 'T1', total: Number.NaN }, '"total" of a ledger line must be a whole number of fen, not NaN'],
  [{ transaction_id: 'T1' }, '"total" of a ledger line must be a whole number of fen, not undefined'],
  [{ transaction_id: 'T1', total: null }, '"total" of a ledger line must be a whole number of fen, not null'],
  [{ refund_id: 'F1', refund: 10n }, '"refund" of a ledger line must be a whole number of fen, not 10'],
  [{ refund_id: 'F1' }, '"refund" of a ledger line must be a whole number of fen, not undefined'],
  [{ total: 1990 }, '"transaction_id" of a ledger line must be a string, not undefined'],
  [{ transaction_id: 4200, total: 1 }, '"transaction_id" of a ledger line must be a string, not 4200'],
  [null, '"ledger" must yield { transaction_id, total } or { refund_id, refund }'],
])('a ledger line %j is refused', async (entry, message) => {
  await expect(compare([row('T1', 1990)], [entry as LedgerEntry])).rejects.toThrow(new TypeError(message));
});

test.each<[object, string]>([
  [{ ledger: [] }, '"date" must be a day such as "2026-01-31"'],
  [{ date: '2026-01-31' }, '"ledger" must be a list or an async iterable of payments and refunds'],
  [{ date: '2026-01-31', ledger: 'rows' }, '"ledger" must be a list or an async iterable of payments and refunds'],
  [
    { date: '2026-01-31', ledger: [], ledgers: [] },
    '"ledgers" is not an option of compareBill: did you mean "ledger"?',
  ],
])('the options %j are refused', async (options, message) => {
  await expect(compareBill(billOf([]), options as never).next()).rejects.toThrow(new TypeError(message));
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
