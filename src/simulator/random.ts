import { randomBytes } from 'node:crypto';

/** Returns this many random bytes. */
export type Random = (size: number) => Buffer;

export const defaultRandom: Random = randomBytes;

/** Random decimal digits. */
export const digits = (random: Random, length: number): string =>
  Array.from(random(length), (byte) => String(byte % 10)).join('');

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Random characters of `0-9A-Za-z`, the alphabet of WeChat's nonces. */
export const letters = (random: Random, length: number): string =>
  Array.from(random(length), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
