import type { Wxpay } from '../client/types.js';
import type { TradeBillRow } from '../core/vocabulary.js';
import { matching, mustBe, type Rules, readOptions } from '../util/options.js';
import { printable } from '../util/printable.js';

/** A line of the host's own ledger: a payment or a refund, in fen. */
export type LedgerEntry = { transaction_id: string; total: number } | { refund_id: string; refund: number };

/** A difference between the bill and the ledger. Amounts are in fen. */
export type BillDifference =
  /**
   * Only the bill has the line: a notification was lost, or the order belongs to another system.
   */
  | { kind: 'missing_in_ledger'; row: TradeBillRow }
  /** Only the ledger has the line: it belongs to another day, or was never paid. */
  | { kind: 'missing_in_bill'; entry: LedgerEntry }
  | { kind: 'amount_differs'; row: TradeBillRow; bill: number; ledger: number }
  /**
   * The bill has the line, but no column with its amount, so that the two could not be compared.
   * `row.columns` is what was printed.
   */
  | { kind: 'amount_missing'; row: TradeBillRow; ledger: number }
  | { kind: 'twice_in_ledger'; entry: LedgerEntry };

/** Options of {@link compareBill}. */
export interface CompareBillOptions {
  /**
   * The day in Beijing, such as `2026-01-31`. Its bill is ready the next day after ten in the
   * morning, Beijing time.
   */
  date: string;
  /** The host's payments and refunds of that day. */
  ledger: AsyncIterable<LedgerEntry> | Iterable<LedgerEntry>;
}

const RULES = {
  date: matching(/./, 'a day such as "2026-01-31"'),
  ledger: (given: unknown, name: string): CompareBillOptions['ledger'] => {
    const items = given as Partial<AsyncIterable<unknown> & Iterable<unknown>> | null | undefined;
    const iterable = typeof given === 'object' && (items?.[Symbol.asyncIterator] ?? items?.[Symbol.iterator]);
    if (!iterable) throw mustBe(name, 'a list or an async iterable of payments and refunds');
    return given as CompareBillOptions['ledger'];
  },
} satisfies Rules<CompareBillOptions>;

/**
 * Lists the differences between the day's trade bill and the host's ledger. It fulfils nothing,
 * because a bill alone does not settle an order.
 *
 * The bill is streamed, and the host's lines are held in memory by number and amount. A difference
 * counts only after the iteration has ended without an error, because the hash and the sums of the
 * bill come last. Amounts are compared as they were ordered and asked back. Where a bill has no
 * column for that, amounts without the coupons that do not count towards settlement are compared.
 *
 * @throws {TypeError} for a wrong option, and for a ledger line whose amount is not a whole number
 * of fen
 * @throws {WxpayError} `ERR_WXPAY_BILL` the bill is broken
 * @throws {ApiError} `bill_not_ready`, `no_bill`
 * @throws {TransportError} WeChat did not answer
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791866
 * @example
 * const options = { date: '2026-01-31', ledger: rowsOf(pool, '2026-01-31') };
 * for await (const difference of compareBill(wxpay, options)) report(difference);
 */
export async function* compareBill(
  wxpay: Pick<Wxpay, 'tradeBill'>,
  options: CompareBillOptions,
): AsyncGenerator<BillDifference, void, undefined> {
  const { date, ledger } = readOptions('compareBill', options, RULES);
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
    else if (bill === undefined) yield { kind: 'amount_missing', row, ledger: fen };
    else if (fen !== bill) yield { kind: 'amount_differs', row, bill, ledger: fen };
  }
  for (const [key, fen] of open) yield { kind: 'missing_in_bill', entry: entryFrom(key, fen) };
}

const PAYMENT = 'p';
const REFUND = 'r';

function entryOf(entry: LedgerEntry): [key: string, fen: number] {
  if (typeof entry !== 'object' || entry === null) {
    throw new TypeError('"ledger" must yield { transaction_id, total } or { refund_id, refund }');
  }
  return 'refund_id' in entry
    ? [REFUND + numberOf('refund_id', entry.refund_id), fenOf('refund', entry.refund)]
    : [PAYMENT + numberOf('transaction_id', entry.transaction_id), fenOf('total', entry.total)];
}

function numberOf(name: string, given: unknown): string {
  if (typeof given === 'string' && given !== '') return given;
  throw new TypeError(`"${name}" of a ledger line must be a string, not ${printable(given)}`);
}

/** An amount that is missing must not be compared as a number. */
function fenOf(name: string, given: unknown): number {
  if (Number.isSafeInteger(given)) return given as number;
  const hint = typeof given === 'string' && /^\d+$/.test(given) ? ' (a string: convert it with Number)' : '';
  throw new TypeError(`"${name}" of a ledger line must be a whole number of fen, not ${printable(given)}${hint}`);
}

const entryFrom = (key: string, fen: number): LedgerEntry =>
  key.startsWith(REFUND) ? { refund_id: key.slice(1), refund: fen } : { transaction_id: key.slice(1), total: fen };

function lineOf({ refund, transaction_id, amount }: TradeBillRow): [key: string, fen: number | undefined] {
  if (refund) return [REFUND + refund.refund_id, refund.refund ?? refund.settlement_refund];
  return [PAYMENT + transaction_id, amount.total ?? amount.settlement_total];
}
