import { createHash, createHmac } from 'node:crypto';
import { mistake, right, type Way } from '../search.js';
import { text } from '../text.js';

/** Makes the hex digest of a text, with the API key. */
export type Digest = (bytes: Buffer, secret: string) => string;

const hash =
  (name: string): Digest =>
  (bytes) =>
    createHash(name).update(bytes).digest('hex').toUpperCase();

const hmac =
  (name: string): Digest =>
  (bytes, secret) =>
    createHmac(name, secret).update(bytes).digest('hex').toUpperCase();

const DOCUMENTED = { MD5: hash('md5'), 'HMAC-SHA256': hmac('sha256') };

const OTHERS: readonly (readonly [name: string, digest: Digest])[] = [
  ['SHA-256', hash('sha256')],
  ['SHA-1', hash('sha1')],
  ['HMAC-MD5', hmac('md5')],
  ['HMAC-SHA1', hmac('sha1')],
];

/**
 * The algorithms that may have made a `sign`, the right one first.
 *
 * @param signType what the message says, or leaves to be MD5
 */
export function digestWays(signType: string): Way<Digest>[] {
  const says = signType === 'HMAC-SHA256' ? signType : 'MD5';
  const other = says === 'MD5' ? 'HMAC-SHA256' : 'MD5';
  const both = text(`${other}, and the message says ${says}`, `${other}，而报文声明的是 ${says}`);
  return [
    right(DOCUMENTED[says]),
    mistake(DOCUMENTED[other], 'sign-type-mismatch', both),
    ...OTHERS.map(([name, digest]) => mistake(digest, 'other-digest', name)),
  ];
}
