/**
 * Adds fields to the query of an address. The rest of the address stays as it was written, except
 * that characters a header cannot carry are percent-encoded, as a browser does.
 */
export function returnAddress(redirect_uri: string, fields: Record<string, string | null>): string {
  const [, address = '', fragment = ''] = /^([^#]*)(#.*)?$/s.exec(redirect_uri) ?? [];
  const added = Object.entries(fields)
    .filter((field): field is [string, string] => field[1] !== null)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  const separator = address.includes('?') ? '&' : '?';
  const query = added === '' ? '' : `${separator}${added}`;
  return `${address}${query}${fragment}`.replace(/[^\x21-\x7e]+/g, encodeURIComponent);
}
