import { execFileSync } from 'node:child_process';
import { createPublicKey, sign, verify } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { rsaKeyFrom } from '../../../src/simulator/crypto/rsa-from-seed.js';
import { randomFrom } from '../../../src/simulator/random.js';

const pemOf = (seed: string): string =>
  rsaKeyFrom(randomFrom(seed)).export({ type: 'pkcs8', format: 'pem' }).toString();

test.each(['a', 'b', 'c'])('openssl finds nothing wrong with the key of seed %s', (seed) => {
  const text = execFileSync('openssl', ['rsa', '-check', '-noout', '-text'], {
    input: pemOf(seed),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  expect(text).toContain('RSA key ok');
  expect(text).toMatch(/Private-Key: \(2048 bit/);
  expect(text).toContain('publicExponent: 65537');
});

test('the same seed makes the same key, and another one another', () => {
  expect(pemOf('a')).toBe(pemOf('a'));
  expect(pemOf('a')).not.toBe(pemOf('b'));
});

test('what it signs is verified by its public half', () => {
  const key = rsaKeyFrom(randomFrom('a'));
  const signature = sign('sha256', Buffer.from('text'), key);
  expect(verify('sha256', Buffer.from('text'), createPublicKey(key), signature)).toBe(true);
});
