import { integer, matching, withDefault } from '../util/options.js';

/** `table` or `schema.table`, of letters, digits and `_`. */
const TABLE_NAME = /^[A-Za-z_]\w{0,50}(\.[A-Za-z_]\w{0,50})?$/;

/** The rule of the option `table`. */
export const tableName = (usual: string) =>
  withDefault(matching(TABLE_NAME, 'a name like "shop_once" or "shop.once"'), usual);

/** The rule of the option `days` of what deletes old keys. */
export const retention = withDefault(integer({ least: 1, most: 36_500, unit: 'a whole number of days' }), 180);

/**
 * Quotes the name of a table, `table` or `schema.table`, of letters, digits and `_`.
 *
 * @throws {TypeError} for any other name
 */
export function quoteTable(table: string, quote: '"' | '`'): string {
  if (!TABLE_NAME.test(table)) {
    throw new TypeError(`"table" must be a name like "shop_once" or "shop.once", not ${JSON.stringify(table)}`);
  }
  return table
    .split('.')
    .map((part) => quote + part + quote)
    .join('.');
}

/**
 * Refuses a statement that does not return a promise of its answer, because it could not be
 * watched.
 *
 * @throws {TypeError} for a callback, and for a cursor or stream, which reports through events
 */
export function checkWatchable(statement: unknown, ...rest: unknown[]): void {
  const { callback, submit } = (statement ?? {}) as { callback?: unknown; submit?: unknown };
  if (typeof callback === 'function' || rest.some((value) => typeof value === 'function')) {
    throw new TypeError('a statement through "tx" takes no callback: await the promise it returns');
  }
  if (typeof submit === 'function') {
    throw new TypeError('"tx" takes no cursor and no stream: give it a text, and await the promise it returns');
  }
}

/** Returns the text of a statement. Clients take a text, or an object with a text. */
export function textOf(statement: unknown): string {
  const held = statement as { text?: unknown; sql?: unknown } | null | undefined;
  const text = typeof statement === 'string' ? statement : (held?.text ?? held?.sql);
  return typeof text === 'string' ? text : '';
}
