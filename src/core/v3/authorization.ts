import type { KeyObject } from 'node:crypto';
import { signSha256 } from '../crypto/rsa.js';
import { lines } from './message.js';

const SCHEME = 'WECHATPAY2-SHA256-RSA2048';

/** A request as its signature sees it. */
export interface SignedParts {
  method: string;
  /** Path and query, encoded as they travel. */
  path: string;
  /** Unix seconds. */
  timestamp: string;
  nonce_str: string;
  /** The exact text sent; empty for GET. */
  body: string;
}

/** Who signs. */
export interface Signer {
  mchid: string;
  /** Serial of the merchant's API certificate. */
  serial_no: string;
  privateKey: KeyObject;
}

/** The five lines a request's signature covers. */
export const requestMessage = ({ method, path, timestamp, nonce_str, body }: SignedParts): string =>
  lines(method, path, timestamp, nonce_str, body);

/**
 * The value of the `Authorization` header.
 *
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012365336
 */
export function signAuthorization({ mchid, serial_no, privateKey }: Signer, parts: SignedParts): string {
  const signature = signSha256(privateKey, requestMessage(parts));
  const { nonce_str, timestamp } = parts;
  const pairs = Object.entries({ mchid, nonce_str, signature, timestamp, serial_no });
  return `${SCHEME} ${pairs.map(([name, value]) => `${name}="${value}"`).join(',')}`;
}
