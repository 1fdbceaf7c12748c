import { undocumented } from './docs-link.js';

const MOST = 200;

/** 28 characters that begin with `o`: who a user is at an account. */
const OPENID = /(?<![\w-])o(?=[\w-]*[0-9A-Z])[\w-]{24,31}(?![\w-])/g;
/** A code of OAuth or of a mini program: 32 characters that mix digits, capitals and small letters. */
const CODE = /(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{32,40}(?![\w-])/g;
/** An access token, a ticket or a signature: longer than every number, serial and id that a text may quote. */
const TOKEN = /[\w+/=-]{48,}/g;

/**
 * Enough of a foreign value for a log to say what it is: one line, control characters escaped, at most 200 characters. An openid is
 * cut to its first four and last two characters, and codes and tokens are left out: foreign texts quote them. Never throws.
 */
export function printable(value: unknown): string {
  // More than is shown: what is cut in the middle would not be recognised.
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
