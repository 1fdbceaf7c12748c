import { mustBe } from '../../util/options.js';

/** One value of a query. */
export type QueryValue = string | number | boolean;

/** Parameters of a query by name; `undefined` and `null` are left out, and a list repeats the name. */
export type ApiQuery =
  | Readonly<Record<string, QueryValue | readonly QueryValue[] | null | undefined>>
  | Iterable<readonly [string, string]>;

/**
 * The query as it is signed and sent, with its `?`; empty where there are no parameters.
 *
 * @throws {TypeError}
 */
export function queryText(query: unknown): string {
  if (query === undefined || query === null) return '';
  if (typeof query !== 'object') throw mustBe('query', 'an object such as { limit: 10 }, or URLSearchParams');
  const pairs = Symbol.iterator in query ? [...(query as Iterable<[unknown, unknown]>)] : Object.entries(query);
  const text = pairs.flatMap(([name, value]) => [value].flat().map((one) => pairText(String(name), one))).join('');
  return text.replace('&', '?');
}

function pairText(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  const isText = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
  if (!isText) throw mustBe(`query.${name}`, 'a string, a finite number, true or false, or a list of them');
  return `&${encoded(name, name)}=${encoded(name, String(value))}`;
}

// An apostrophe would be encoded on the way, after it was signed.
function encoded(name: string, text: string): string {
  if (!text.isWellFormed()) throw mustBe(`query.${name.toWellFormed()}`, 'text without half a surrogate pair');
  return encodeURIComponent(text).replaceAll("'", '%27');
}
