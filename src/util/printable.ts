import { undocumented } from './docs-link.js';

const MOST = 200;

/** An openid: 28 characters, the first of which is `o`. */
const OPENID = /(?<![\w-])o(?=[\w-]*[0-9A-Z])[\w-]{24,31}(?![\w-])/g;
/**
 * A code of OAuth or of a mini program: 32 characters that mix digits, capitals and small letters.
 */
const CODE = /(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{32,40}(?![\w-])/g;
/**
 * An access token, a ticket or a signature: longer than every number, serial and id that a text may
 * quote.
 */
const TOKEN = /[\w+/=-]{48,}/g;

/**
 * Makes a foreign value safe for a log: one line of at most 200 characters with control characters
 * escaped. An openid is cut to its first four and last two characters, and codes and tokens are
 * removed, because foreign texts quote them. It never throws.
 */
export function printable(value: unknown): string {
  // Redact more than is shown: an identifier that is cut in the middle would not be recognised.
  return redacted(textOf(value).slice(0, 10 * MOST))
    .slice(0, MOST)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .slice(0, MOST);
}

const redacted = (text: string): string =>
  text
    .replace(TOKEN, '[redacted]')
    .replace(OPENID, (openid) => `${openid.slice(0, 4)}…${openid.slice(-2)}`)
    .replace(CODE, '[redacted]');

function textOf(value: unknown): string {
  try {
    if (typeof value === 'function') return 'a function';
    return value instanceof Error ? undocumented(String(value.message)) : String(value);
  } catch {
    return `something of type ${typeof value}`;
  }
}
