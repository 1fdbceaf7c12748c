import { WxpayError } from '../errors.js';

/** A data line by heading. */
export type Columns = Readonly<Record<string, string>>;

/** Takes a bill as text, piece by piece, and gives its lines back as they become whole. */
export interface BillReader<Row> {
  push(text: string): Row[];
  /** What was left. Throws unless the bill ended as bills end. */
  end(): Row[];
}

/** No line of a bill comes near: what is longer is no bill, and would fill the memory. */
const LONGEST_LINE = 64 * 1024;

const broken = (message: string): WxpayError => new WxpayError('ERR_WXPAY_BILL', `the bill is broken: ${message}`);

/**
 * Reads WeChat's bills of either version: a line of headings, lines whose every field starts with a backtick, a second line of
 * headings and one line of sums. Nothing of a bill counts before `end()` has returned: only then are its lines known to be all.
 *
 * @param toRow makes a row of a data line
 * @param required headings without which it is no such bill
 * @throws {WxpayError} `ERR_WXPAY_BILL` headings missing, a line with other fields than headings, no sums, or another number of
 * lines than the sums say
 */
export function createBillReader<Row>(toRow: (columns: Columns) => Row, required: readonly string[]): BillReader<Row> {
  let rest = '';
  let headings: string[] | undefined;
  let sumHeadings: string[] | undefined;
  let sums: string[] | undefined;
  let count = 0;

  function line(text: string, rows: Row[]): void {
    if (text === '') return;
    if (sums) throw broken('text after its sums');
    if (!text.startsWith('`')) {
      heading(text);
      return;
    }
    // Fields are not quoted and may hold commas: the backtick is what begins the next one.
    const fields = text.slice(1).split(',`');
    if (!headings) throw broken('data before the headings');
    if (sumHeadings) {
      if (fields.length !== sumHeadings.length) throw broken('its sums do not fit their headings');
      sums = fields;
      return;
    }
    count += 1;
    if (fields.length !== headings.length) {
      throw broken(`line ${count} has ${fields.length} fields under ${headings.length} headings`);
    }
    rows.push(read(toRow, Object.fromEntries(headings.map((name, index) => [name, fields[index]!])), count));
  }

  function heading(text: string): void {
    const names = text.split(',');
    if (headings && sumHeadings) throw broken('a third line of headings');
    if (headings) {
      sumHeadings = names;
      return;
    }
    const missing = required.filter((name) => !names.includes(name));
    if (missing.length > 0) throw broken(`no column ${missing.join(', ')}`);
    headings = names;
  }

  return {
    push(text) {
      const rows: Row[] = [];
      const parts = (rest + text).split('\n');
      rest = parts.pop()!;
      if (rest.length > LONGEST_LINE) throw broken('a line without end');
      for (const part of parts) line(part.endsWith('\r') ? part.slice(0, -1) : part, rows);
      return rows;
    },
    end() {
      const rows: Row[] = [];
      line(rest.replace(/\r$/, ''), rows);
      rest = '';
      // 总交易单数 of trade bills, 资金流水总笔数 of fund-flow bills: both come first.
      if (!sums) throw broken('it ends before its sums');
      const counted = decimal(sums[0]);
      if (counted !== count) {
        throw broken(`its sums speak of ${counted ?? 'an unreadable number of'} lines, ${count} arrived`);
      }
      return rows;
    },
  };
}

/** WeChat prints counts as integers or as decimals: `45` and `45.0` are one number. */
const decimal = (text = ''): number | undefined => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined);

function read<Row>(toRow: (columns: Columns) => Row, columns: Columns, count: number): Row {
  try {
    return toRow(columns);
  } catch (cause) {
    throw broken(`line ${count}: ${(cause as Error).message}`);
  }
}
