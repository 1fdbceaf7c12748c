import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { equalText, hmacSha256Hex, md5Hex, sha1Hex, sha256Hex } from '../../../../src/core/crypto/digest.js';

const openssl =
  (...args: string[]) =>
  (text: string) =>
    execFileSync('openssl', ['dgst', '-hex', ...args], { input: text })
      .toString()
      .trim()
      .split(' ')
      .at(-1);

const key = '192006250b4c09247ec02edce69f6a2d';

test.each([
  ['md5', md5Hex, openssl('-md5')],
  ['sha1', sha1Hex, openssl('-sha1')],
  ['sha256', sha256Hex, openssl('-sha256')],
  ['hmac', (text: string) => hmacSha256Hex(key, text), openssl('-sha256', '-hmac', key)],
] as const)('%s of UTF-8 text is what openssl prints', (_, ours, theirs) => {
  for (const text of ['', 'appid=wxd930ea5d5a258f4f', '一碗面\u{1f600}']) expect(ours(text)).toBe(theirs(text));
});

test('texts are equal byte for byte, whatever their lengths', () => {
  expect(equalText('9A0A8659', '9A0A8659')).toBe(true);
  expect(equalText('9A0A8659', '9a0a8659')).toBe(false);
  // one character, three bytes: as strings of one length the comparison of buffers would throw
  expect(equalText('支', 'x')).toBe(false);
  expect(equalText('', '')).toBe(true);
});
