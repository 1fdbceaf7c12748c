/**
 * A quoted SQL name, `table` or `schema.table`, made of letters, digits and `_`.
 *
 * @throws TypeError for anything else
 */
export function quoteTable(table: string, quote: '"' | '`'): string {
  if (!/^[A-Za-z_]\w{0,50}(\.[A-Za-z_]\w{0,50})?$/.test(table)) {
    throw new TypeError(`"table" must be a name like "shop_once" or "shop.once", not ${JSON.stringify(table)}`);
  }
  return table
    .split('.')
    .map((part) => quote + part + quote)
    .join('.');
}

/** A statement's text: clients take it as such, or as an object that holds it. */
export function textOf(statement: unknown): string {
  const held = statement as { text?: unknown; sql?: unknown } | null | undefined;
  const text = typeof statement === 'string' ? statement : (held?.text ?? held?.sql);
  return typeof text === 'string' ? text : '';
}
