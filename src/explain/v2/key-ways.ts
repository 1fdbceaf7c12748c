import { mistake, right, type Way } from '../search.js';
import { text } from '../text.js';
import type { NamedSecret } from '../types.js';

/** Which key ends the string to sign, and how it is put there. The key itself is never part of a text that is shown. */
export interface KeyWay {
  /** The key of an HMAC. */
  secret: string;
  /** The whole string, from the joined fields. */
  append(joined: string): string;
  /** The same with a placeholder for the key. */
  show(joined: string): string;
}

/** Stands for the key in what is shown. */
export const HIDDEN_KEY = '<API key>';

type Place = (joined: string, key: string) => string;

const keyWay = (secret: string, place: Place, shown = HIDDEN_KEY): KeyWay => ({
  secret,
  append: (joined) => place(joined, secret),
  show: (joined) => place(joined, shown),
});

const documented: Place = (joined, key) => `${joined}&key=${key}`;

/** Whose key a message must be signed with, and the other keys that may have signed it. */
export function keyWays({ secret }: NamedSecret, others: readonly NamedSecret[]): Way<KeyWay>[] {
  const form = (way: KeyWay, en: string, zh: string): Way<KeyWay> => mistake(way, 'key-form', text(en, zh));
  return [
    right(keyWay(secret, documented)),
    ...others.map((other) => mistake(keyWay(other.secret, documented), 'key-of-another-v2', other.label)),
    mistake(
      keyWay(secret, (joined) => joined),
      'key-left-out',
    ),
    form(
      keyWay(secret, (joined, key) => `${joined}key=${key}`),
      'without the &',
      '缺少 &',
    ),
    form(
      keyWay(secret, (joined, key) => `${joined}${key}`),
      'without &key=',
      '缺少 &key=',
    ),
    form(
      keyWay(secret, (joined, key) => `${joined}&${key}`),
      'without key=',
      '缺少 key=',
    ),
    form(
      keyWay(secret, (joined, key) => `key=${key}&${joined}`),
      'in front of the fields',
      '放在最前面',
    ),
    form(keyWay(`${secret}\n`, documented, `${HIDDEN_KEY}\n`), 'with a line feed at its end', '末尾带有换行'),
    form(keyWay(`${secret}\r\n`, documented, `${HIDDEN_KEY}\r\n`), 'with a line end of Windows', '末尾带有 \\r\\n'),
    form(keyWay(`${secret} `, documented, `${HIDDEN_KEY} `), 'with a blank at its end', '末尾带有空格'),
    form(keyWay(` ${secret}`, documented, ` ${HIDDEN_KEY}`), 'with a blank in front', '开头带有空格'),
    form(keyWay(`"${secret}"`, documented, `"${HIDDEN_KEY}"`), 'in quotes', '带有引号'),
    form(keyWay(secret.toUpperCase(), documented), 'in capitals', '转为大写'),
    form(keyWay(secret.toLowerCase(), documented), 'in lower case', '转为小写'),
  ].filter((way, at) => at === 0 || way.causes[0]?.[0] !== 'key-form' || differs(way.value, secret));
}

/** Changing the case of a key may change nothing. */
const differs = (way: KeyWay, secret: string): boolean => way.secret !== secret || way.append('') !== `&key=${secret}`;
