/** Addresses of the shop as path and query. They are kept byte for byte, because pages sign and compare them. */

const MAX_LENGTH = 2048;

// "/" followed by neither "/" nor "\", then visible ASCII without the backslash. Browsers read "\" as "/" and drop tabs and
// newlines, so that an address which looks like a path would leave the site.
const VISIBLE_PATH = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/;

/**
 * Whether a browser that is sent to `base + value` stays on the origin of the shop.
 *
 * @param base scheme, host and perhaps a path prefix, without a slash at the end
 */
export function isReturnTo(value: unknown, base: string): value is string {
  if (typeof value !== 'string' || value.length > MAX_LENGTH || !VISIBLE_PATH.test(value)) return false;
  const { origin } = new URL(base);
  return [value, base + value].every((address) => {
    const url = URL.canParse(address, origin) ? new URL(address, origin) : null;
    // "/.//evil.example" resolves to the path "//evil.example".
    return url?.origin === origin && !url.pathname.startsWith('//');
  });
}

/** Every value of one query parameter, decoded, in order. */
export function valuesOf(address: string, name: string): string[] {
  return splitQuery(address)
    .pairs.filter((pair) => nameOf(pair) === name)
    .map((pair) => decode(pair.slice(pair.indexOf('=') + 1 || pair.length)));
}

/** The address without the query parameters of those names; everything else stays as it was. */
export function without(address: string, ...names: string[]): string {
  const { path, pairs } = splitQuery(address);
  const kept = pairs.filter((pair) => !names.includes(nameOf(pair)));
  if (kept.length === pairs.length) return address;
  return kept.length === 0 ? path : `${path}?${kept.join('&')}`;
}

function splitQuery(address: string): { path: string; pairs: string[] } {
  const at = address.indexOf('?');
  return at < 0
    ? { path: address, pairs: [] }
    : { path: address.slice(0, at), pairs: address.slice(at + 1).split('&') };
}

const nameOf = (pair: string): string => decode(pair.split('=', 1)[0] as string);

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
