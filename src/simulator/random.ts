import { createCipheriv, createHash, randomBytes } from 'node:crypto';

/** Returns this many random bytes. */
export type Random = (size: number) => Buffer;

export const defaultRandom: Random = randomBytes;

/** Bytes that look random and are always the same for the same seed: a key stream of AES-256. */
export function randomFrom(seed: string): Random {
  const key = createHash('sha256').update(seed).digest();
  const stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  return (size) => stream.update(Buffer.alloc(size));
}

/** Random decimal digits. */
export const digits = (random: Random, length: number): string =>
  Array.from(random(length), (byte) => String(byte % 10)).join('');

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Random characters of `0-9A-Za-z`, the alphabet of WeChat's nonces. */
export const letters = (random: Random, length: number): string =>
  Array.from(random(length), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
