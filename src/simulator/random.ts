import { randomBytes } from 'node:crypto';

/** `size` random bytes. */
export type Random = (size: number) => Buffer;

export const defaultRandom: Random = randomBytes;

/** `length` decimal digits. */
export const digits = (random: Random, length: number): string =>
  Array.from(random(length), (byte) => String(byte % 10)).join('');

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `length` characters of `0-9A-Za-z`, as WeChat's nonces have them. */
export const letters = (random: Random, length: number): string =>
  Array.from(random(length), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
