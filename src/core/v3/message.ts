import type { KeyObject } from 'node:crypto';
import { MINUTE, SECOND } from '../../util/clock.js';
import { verifySha256 } from '../crypto/rsa.js';
import { VerificationError } from '../errors.js';

/** Joins the lines of a signed text. Every line ends with a line feed, the last one included. */
export const lines = (...parts: string[]): string => `${parts.join('\n')}\n`;

/** The four headers that sign an answer or a notification. */
export interface Signature {
  timestamp: string;
  nonce: string;
  serial: string;
  signature: string;
}

type Headers = NodeJS.Dict<string | string[]>;

const WINDOW = 5 * MINUTE;
const PROBE = 'WECHATPAY/SIGNTEST/';

/** Returns the one value of a header. */
function single(headers: Headers, name: string): string {
  const value = headers[name];
  const text = Array.isArray(value) && value.length === 1 ? value[0] : value;
  // A proxy or an adapter joins repeated headers with a comma, and none of the signed values
  // contains one.
  if (typeof text === 'string' && text !== '' && !text.includes(',')) return text;
  const values = value === undefined ? [] : [value].flat().flatMap((one) => String(one).split(','));
  const count = values.length === 1 ? 'an empty value' : `${values.length} values`;
  throw new VerificationError('ERR_WXPAY_BAD_REQUEST', `expected one ${name} header, got ${count}`, { status: 400 });
}

/**
 * Checks that each signature header is there exactly once, which is known before the body is read.
 *
 * @throws {VerificationError} `ERR_WXPAY_BAD_REQUEST`
 */
export function checkSignatureHeaders(headers: Headers): void {
  for (const name of ['timestamp', 'nonce', 'signature', 'serial']) single(headers, `wechatpay-${name}`);
}

/**
 * Reads the signature headers and checks their form and age. The signature itself is not verified
 * yet.
 *
 * @param headers lower-case names, every value that arrived (`req.headersDistinct`)
 * @param now the clock, in milliseconds
 * @throws {VerificationError} `ERR_WXPAY_BAD_REQUEST` for a header that is missing, empty or
 * repeated; `ERR_WXPAY_STALE` for one that is five minutes old, or without a timestamp;
 * `ERR_WXPAY_CLOCK_SKEW` for one that is five minutes ahead; `ERR_WXPAY_BAD_SIGNATURE` for another
 * signature type; `ERR_WXPAY_UNKNOWN_SERIAL` for a malformed serial
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4013053420
 */
export function readSignature(headers: Headers, now: number): Signature {
  const timestamp = single(headers, 'wechatpay-timestamp');
  const nonce = single(headers, 'wechatpay-nonce');
  const signature = single(headers, 'wechatpay-signature');
  const serial = single(headers, 'wechatpay-serial');
  const type =
    headers['wechatpay-signature-type'] === undefined ? undefined : single(headers, 'wechatpay-signature-type');
  // The nonce is the only free text before the body: without a line feed in it the split is
  // unambiguous.
  if (!/^[\x21-\x7e]{1,128}$/.test(nonce)) {
    throw new VerificationError('ERR_WXPAY_BAD_REQUEST', 'expected a nonce of printable ASCII', { status: 400 });
  }
  if (!/^[1-9]\d{9}$/.test(timestamp)) {
    throw new VerificationError('ERR_WXPAY_STALE', 'expected a timestamp of ten digits');
  }
  const age = now - Number(timestamp) * SECOND;
  // Written so that NaN fails.
  if (!(Math.abs(age) < WINDOW)) {
    const ahead = age <= -WINDOW;
    const seconds = Math.floor(Math.abs(age) / SECOND);
    throw new VerificationError(
      ahead ? 'ERR_WXPAY_CLOCK_SKEW' : 'ERR_WXPAY_STALE',
      ahead ? `signed ${seconds} s in the future: check this machine's clock` : `signed ${seconds} s ago`,
    );
  }
  if (type !== undefined && type !== 'WECHATPAY2-SHA256-RSA2048') {
    throw new VerificationError('ERR_WXPAY_BAD_SIGNATURE', 'the signature type is not WECHATPAY2-SHA256-RSA2048');
  }
  if (!/^[0-9A-Za-z_]{8,64}$/.test(serial)) {
    throw new VerificationError('ERR_WXPAY_UNKNOWN_SERIAL', 'expected a serial of 8 to 64 letters, digits and _');
  }
  return { timestamp, nonce, serial, signature };
}

/**
 * Returns if the owner of the key signed exactly these bytes.
 *
 * @throws {VerificationError} `ERR_WXPAY_SIGN_PROBE` for WeChat's own wrong signature (refuse it
 * like any other: the genuine notification follows), `ERR_WXPAY_BAD_SIGNATURE`
 */
export function verifySignature(
  key: KeyObject,
  { timestamp, nonce, serial, signature }: Signature,
  body: Buffer,
): void {
  if (signature.startsWith(PROBE)) {
    throw new VerificationError('ERR_WXPAY_SIGN_PROBE', 'WeChat tests whether signatures are verified');
  }
  if (!verifySha256(key, signature, lines(timestamp, nonce), body, '\n')) {
    throw new VerificationError('ERR_WXPAY_BAD_SIGNATURE', `not signed by the key ${serial}`);
  }
}
