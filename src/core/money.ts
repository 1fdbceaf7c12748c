import { printable } from '../util/printable.js';

/**
 * Converts an amount of yuan in decimal to fen, exactly: `'19.90'` is 1990.
 *
 * @param yuan digits with at most two decimals, as text
 * @throws {TypeError} for anything else. A number is refused too: 19.90 has no exact binary form,
 * and `19.9 * 100` is 1989.9999999999998.
 * @throws {RangeError} for an amount beyond safe integers
 * @example
 * const order = { amount: { total: fen(row.price) } };
 */
export function fen(yuan: string): number {
  if (typeof yuan !== 'string') throw new TypeError(`fen takes yuan as a string such as '19.90', not a ${typeof yuan}`);
  const found = /^(-?)(0|[1-9]\d*)(?:\.(\d{1,2}))?$/.exec(yuan);
  if (!found) throw new TypeError("fen takes yuan such as '19.90': digits, at most two decimals");
  const [, sign, whole, cents = ''] = found;
  const value = Number(whole + cents.padEnd(2, '0'));
  if (!Number.isSafeInteger(value)) throw new RangeError('more yuan than can be counted exactly');
  // never -0
  return sign && value > 0 ? -value : value;
}

/**
 * Converts an amount of fen to yuan with two decimals: 1990 is `'19.90'`.
 *
 * @throws {TypeError} for anything but a safe integer
 * @example
 * ctx.body = `${yuan(order.amount.total)} 元`;
 */
export function yuan(fen: number): string {
  if (!Number.isSafeInteger(fen)) throw new TypeError('yuan takes whole fen');
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Says what is wrong with an amount that the host gave. `undefined` for whole fen, at least 1. */
export function fenFault(value: unknown, name: string): string | undefined {
  if (Number.isSafeInteger(value) && (value as number) >= 1) return undefined;
  return `"${name}" must be whole fen, at least 1, not ${found(value)}`;
}

function found(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? `${value}` : `${value} (fen('19.90') makes 1990)`;
  if (typeof value === 'bigint') return `the bigint ${value}: convert it with Number()`;
  if (typeof value !== 'string') return value === null ? 'null' : typeof value;
  // PostgreSQL and MySQL drivers return bigint and numeric columns as text.
  if (/^\d+$/.test(value)) return `string "${printable(value)}": it is text, convert it with Number()`;
  return `string "${printable(value)}" (fen('19.90') makes 1990)`;
}
