import { otherEncodings } from '../body-encodings.js';
import { otherSpellings } from '../json-spellings.js';
import { mistake, right, type Way } from '../search.js';
import { text } from '../text.js';

const EMPTY_VALUES = ['{}', '[]', 'null', 'undefined', '""', '[object Object]', 'None'];

/** The usual ways to sign a body, the right one first. */
export function bodyWays(body: Buffer): Way<Buffer>[] {
  if (body.length === 0) {
    const wrong = EMPTY_VALUES.map((value) => mistake(Buffer.from(value), 'body-of-get', value));
    return [right(body), ...wrong];
  }
  const whole = body.toString();
  return distinct([
    right(body),
    mistake(Buffer.alloc(0), 'body-left-out'),
    ...blankWays(whole),
    ...otherSpellings(whole).map(([how, json]) => mistake(Buffer.from(json), 'body-reserialised', how)),
    ...EMPTY_VALUES.map((value) => mistake(Buffer.from(value), 'body-reserialised', value)),
    ...otherEncodings(whole).map(([name, bytes]) => mistake(bytes, 'body-encoding', name)),
  ]);
}

function blankWays(whole: string): Way<Buffer>[] {
  const differing = text('blanks or a line feed at an end', '首尾有空格或换行');
  const mark = text('a byte order mark (BOM)', '带有 BOM');
  const breaks = text('other line ends inside', '内部换行符不同');
  return [
    mistake(Buffer.from(whole.trim()), 'body-blanks', differing),
    mistake(Buffer.from(`${whole}\n`), 'body-blanks', differing),
    mistake(Buffer.from(`${whole}\r\n`), 'body-blanks', differing),
    mistake(Buffer.from(`\ufeff${whole}`), 'body-blanks', mark),
    mistake(Buffer.from(whole.replace(/^\ufeff/, '')), 'body-blanks', mark),
    mistake(Buffer.from(whole.replaceAll('\r\n', '\n')), 'body-blanks', breaks),
    mistake(Buffer.from(whole.replaceAll(/\r?\n/g, '\r\n')), 'body-blanks', breaks),
  ];
}

/** Drops the ways that make the same bytes as an earlier one. */
function distinct(ways: readonly Way<Buffer>[]): Way<Buffer>[] {
  const seen = new Set<string>();
  return ways.filter(({ value }) => {
    const bytes = value.toString('latin1');
    return !seen.has(bytes) && seen.add(bytes);
  });
}
