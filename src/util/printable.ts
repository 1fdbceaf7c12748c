const MOST = 200;

/** Enough of a foreign value for a log to say what it is: one line, control characters escaped, at most 200 characters. Never throws. */
export function printable(value: unknown): string {
  return textOf(value)
    .slice(0, MOST)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .slice(0, MOST);
}

function textOf(value: unknown): string {
  try {
    if (typeof value === 'function') return 'a function';
    return String(value instanceof Error ? value.message : value);
  } catch {
    return `something of type ${typeof value}`;
  }
}
