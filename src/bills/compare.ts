import type { Wxpay } from '../client/wxpay.js';
import { checkNames, type Names } from '../core/names.js';
import type { TradeBillRow } from '../core/vocabulary.js';

/** A line of the host's own books: a payment or a refund, in fen. */
export type LedgerEntry = { transaction_id: string; total: number } | { refund_id: string; refund: number };

export type BillDifference =
  /** WeChat has it, the host has not: a lost notification, or somebody else's order. */
  | { kind: 'missing_in_ledger'; row: TradeBillRow }
  /** The host has it, WeChat has not: another day's, or never paid. */
  | { kind: 'missing_in_bill'; entry: LedgerEntry }
  | { kind: 'amount_differs'; row: TradeBillRow; bill: number; ledger: number }
  | { kind: 'twice_in_ledger'; entry: LedgerEntry };

export interface CompareBillOptions {
  /** The day, in Beijing: `2026-01-31`. Its bill is ready the next day after ten in the morning, Beijing time. */
  date: string;
  /** The host's payments and refunds of that day. */
  ledger: AsyncIterable<LedgerEntry> | Iterable<LedgerEntry>;
}

const NAMES: Names<CompareBillOptions> = { date: true, ledger: true };

/**
 * Lists where the day's trade bill and the host's books differ. It fulfils nothing: what the bill alone says moves no money.
 *
 * The bill is streamed; the host's lines are held in memory, by number and amount. A difference counts only after the iteration
 * has ended without an error: hash and sums of the bill come last.
 *
 * @throws WxpayError `ERR_WXPAY_BILL`, ApiError (`bill_not_ready`, `no_bill`), TransportError
 * @example
 * for await (const difference of compareBill(wxpay, { date: '2026-01-31', ledger: rowsOf(pool, '2026-01-31') })) report(difference);
 */
export async function* compareBill(
  wxpay: Pick<Wxpay, 'tradeBill'>,
  options: CompareBillOptions,
): AsyncGenerator<BillDifference, void, undefined> {
  checkNames('compareBill', options, NAMES);
  const { date, ledger } = options;
  const open = new Map<string, number>();
  for await (const entry of ledger) {
    const [key, fen] = entryOf(entry);
    if (open.has(key)) yield { kind: 'twice_in_ledger', entry };
    else open.set(key, fen);
  }
  for await (const row of wxpay.tradeBill(date, { tar_type: 'GZIP' })) {
    const [key, bill] = lineOf(row);
    const fen = open.get(key);
    open.delete(key);
    if (fen === undefined) yield { kind: 'missing_in_ledger', row };
    else if (fen !== bill) yield { kind: 'amount_differs', row, bill, ledger: fen };
  }
  for (const [key, fen] of open) yield { kind: 'missing_in_bill', entry: entryFrom(key, fen) };
}

const PAYMENT = 'p';
const REFUND = 'r';

const entryOf = (entry: LedgerEntry): [key: string, fen: number] =>
  'refund_id' in entry ? [REFUND + entry.refund_id, entry.refund] : [PAYMENT + entry.transaction_id, entry.total];

const entryFrom = (key: string, fen: number): LedgerEntry =>
  key.startsWith(REFUND) ? { refund_id: key.slice(1), refund: fen } : { transaction_id: key.slice(1), total: fen };

function lineOf({ refund, transaction_id, amount }: TradeBillRow): [key: string, fen: number] {
  if (refund) return [REFUND + refund.refund_id, refund.refund ?? 0];
  return [PAYMENT + transaction_id, amount.total ?? amount.settlement_total ?? 0];
}
