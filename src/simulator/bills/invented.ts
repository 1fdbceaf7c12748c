import { HOUR } from '../../util/clock.js';
import { TRADE_HEADINGS } from './headings.js';
import { billLines, feeOf, LINE_END, type Lines } from './lines.js';
import { paymentRow, sumsRow } from './trade.js';

const TOTAL = 1990;
/** The place of the row's number in the template of a row. */
const NUMBER = 'NNNNNNNNNN';
const ROWS_PER_BLOCK = 500;

/** A trade bill of this many invented payments. It is the same at every call. */
export function inventedBill(mchid: string, appid: string, rows: number, dayStart: number): Lines {
  const template = templateRow(mchid, appid, dayStart);
  const sums = sumsRow({
    count: rows,
    ordered: TOTAL * rows,
    cash: 0,
    coupons: 0,
    fees: feeOf(TOTAL) * rows,
    asked: 0,
  });
  return function* lines() {
    const [headings, row, sumHeadings, sumLine] = billLines(TRADE_HEADINGS.ALL, [template], sums);
    yield headings as string;
    for (let n = 0; n < rows; n += ROWS_PER_BLOCK) {
      yield numberedRows(row as string, n, Math.min(n + ROWS_PER_BLOCK, rows));
    }
    yield sumHeadings as string;
    yield sumLine as string;
  };
}

const templateRow = (mchid: string, appid: string, dayStart: number) => {
  const paidAt = dayStart + 12 * HOUR;
  return paymentRow({
    api: 'v3',
    mchid,
    appid,
    out_trade_no: `MADEUP${NUMBER}`,
    trade_type: 'JSAPI',
    total: TOTAL,
    currency: 'CNY',
    description: '明前龙井',
    notify_url: '',
    id: '',
    createdAt: dayStart,
    prepays: [],
    links: [],
    history: [],
    closed: false,
    refunded: 0,
    payment: {
      transaction_id: `420000000020260101${NUMBER}`,
      openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
      bank_type: 'OTHERS',
      payer_total: TOTAL,
      coupons: [],
      paidAt,
    },
  });
};

/** Repeats a row with its number in each place. It works on bytes, since bills have millions of rows. */
function numberedRows(row: string, from: number, to: number): Buffer {
  const bytes = Buffer.from(row + LINE_END);
  const places: number[] = [];
  for (let at = bytes.indexOf(NUMBER); at >= 0; at = bytes.indexOf(NUMBER, at + NUMBER.length)) {
    places.push(at);
  }
  const block = Buffer.alloc(bytes.length * (to - from), bytes);
  for (let n = from; n < to; n++) {
    const number = String(n).padStart(NUMBER.length, '0');
    for (const place of places) {
      block.write(number, (n - from) * bytes.length + place, 'latin1');
    }
  }
  return block;
}
