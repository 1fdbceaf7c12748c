import { checkPrimeSync, createPrivateKey, type KeyObject } from 'node:crypto';
import type { Random } from '../random.js';

const PRIME_BYTES = 128;
const EXPONENT = 65_537n;

/** The odd primes below 2000: most candidates have one of them as a factor. */
const SMALL_PRIMES = Array.from({ length: 1000 }, (_, n) => 2 * n + 3).filter((candidate) =>
  Array.from({ length: 22 }, (_, n) => 2 * n + 3).every(
    (factor) => candidate === factor || candidate % factor !== 0,
  ),
);

/**
 * An RSA key of 2048 bits that is always the same for the same random bytes. It is for the
 * development keys of the simulator and for nothing else: its primes are as easy to repeat as its
 * bytes.
 */
export function rsaKeyFrom(random: Random): KeyObject {
  const p = primeFrom(random);
  const q = primeFrom(random);
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const numbers = {
    n: p * q,
    e: EXPONENT,
    d,
    p,
    q,
    dp: d % (p - 1n),
    dq: d % (q - 1n),
    qi: inverse(q, p),
  };
  const texts = Object.entries(numbers).map(([name, value]) => [name, base64url(value)]);
  return createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(texts) }, format: 'jwk' });
}

/** The first prime from a random odd number on. Two of them multiply to exactly 2048 bits. */
function primeFrom(random: Random): bigint {
  const bytes = random(PRIME_BYTES);
  bytes[0] = (bytes[0] as number) | 0xc0;
  bytes[PRIME_BYTES - 1] = (bytes[PRIME_BYTES - 1] as number) | 1;
  const start = BigInt(`0x${bytes.toString('hex')}`);
  const remainders = SMALL_PRIMES.map((prime) => Number(start % BigInt(prime)));
  for (let step = 0; ; step += 2) {
    const isDivided = SMALL_PRIMES.some(
      (prime, n) => ((remainders[n] as number) + step) % prime === 0,
    );
    const candidate = start + BigInt(step);
    if (isDivided || (candidate - 1n) % EXPONENT === 0n) continue;
    if (checkPrimeSync(candidate)) return candidate;
  }
}

/** The inverse of `value` modulo `modulus`, by the extended algorithm of Euclid. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b] = [value % modulus, modulus];
  let [x, y] = [1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return ((x % modulus) + modulus) % modulus;
}

function base64url(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex').toString('base64url');
}
