/** Where two texts begin to differ; `undefined` when they are equal. */
export function firstDifference(a: string, b: string): number | undefined {
  if (a === b) return undefined;
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) if (a[at] !== b[at]) return at;
  return shorter;
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be made visible.
const INVISIBLE = /[\u0000-\u001f\\\u007f-\u00a0\u200b-\u200f\u2028\u2029\u2060\ufeff\ufffd]/g;

/** A text in which everything invisible is written as an escape, as in a JavaScript string. */
export const escaped = (text: string): string =>
  text.replace(INVISIBLE, (one) => ESCAPES[one] ?? `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
