import { mistake, right, type Way } from '../search.js';
import { text } from '../text.js';

/** Puts the parts of a string to sign together. */
export type Layout = (parts: readonly Buffer[]) => Buffer;

const lineFeed = Buffer.from('\n');
const ended = (end: Buffer, parts: readonly Buffer[]): Buffer => Buffer.concat(parts.flatMap((part) => [part, end]));

const documented: Layout = (parts) => ended(lineFeed, parts);
const unended: Layout = (parts) => documented(parts).subarray(0, -1);

/** Another order of the lines, by their places. */
const inOrder =
  (...places: number[]): Layout =>
  (parts) =>
    documented(places.map((place) => parts[place] as Buffer));

/** The usual ways to put the lines together, the right one first. */
export function layoutWays(lines: number): Way<Layout>[] {
  return [
    right(documented),
    mistake(unended, 'no-final-line-feed'),
    mistake((parts) => Buffer.concat([documented(parts), lineFeed]), 'extra-final-line-feed'),
    mistake((parts) => ended(Buffer.from('\r\n'), parts), 'carriage-returns'),
    mistake((parts) => ended(Buffer.from('\\n'), parts), 'escaped-line-feeds'),
    mistake((parts) => ended(Buffer.from('\\n'), parts).subarray(0, -2), 'escaped-line-feeds'),
    mistake((parts) => Buffer.concat(parts), 'lines-joined'),
    ...(lines === 5 ? requestOrders() : messageOrders()),
  ];
}

const requestOrders = (): Way<Layout>[] => [
  mistake(inOrder(0, 1, 3, 2, 4), 'line-order', text('the nonce before the timestamp', '随机串在时间戳之前')),
  mistake(inOrder(1, 0, 2, 3, 4), 'line-order', text('the path before the method', '路径在方法之前')),
  mistake(
    inOrder(2, 3, 4),
    'line-order',
    text('as an answer is signed, without method and path', '按应答方式签名，缺少方法和路径'),
  ),
];

const messageOrders = (): Way<Layout>[] => [
  mistake(inOrder(1, 0, 2), 'line-order', text('the nonce before the timestamp', '随机串在时间戳之前')),
  mistake(inOrder(2, 0, 1), 'line-order', text('the body first', '报文主体在最前')),
  mistake(inOrder(2), 'line-order', text('the body alone', '只有报文主体')),
];

/** The timestamp that was sent, and those that a second look at the clock gives. */
export function timestampWays(timestamp: string): Way<string>[] {
  const seconds = Number(timestamp);
  if (!/^\d{10}$/.test(timestamp)) return [right(timestamp)];
  const off = [1, -1, 2, -2, 3, -3].map((by) => mistake(String(seconds + by), 'timestamp-other', String(seconds + by)));
  const thousandfold = mistake(`${timestamp}000`, 'timestamp-other', text('in milliseconds', '毫秒'));
  return [right(timestamp), ...off, thousandfold];
}

/** The nonce that was sent, and other spellings of it. */
export const nonceWays = (nonce: string): Way<string>[] => [
  right(nonce),
  ...[nonce.toLowerCase(), nonce.toUpperCase()]
    .filter((other) => other !== nonce)
    .map((other) => mistake(other, 'nonce-other', text('in other case', '大小写不同'))),
  ...(nonce.trim() === nonce ? [] : [mistake(nonce.trim(), 'nonce-other', text('without blanks', '去掉空格'))]),
];
