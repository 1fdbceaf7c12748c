import type { KeyObject } from 'node:crypto';
import { signSha256InPool } from '../crypto/rsa.js';
import { lines } from './message.js';

const SCHEME = 'WECHATPAY2-SHA256-RSA2048';

/** The parts of a request that are signed. */
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

/** The merchant that signs. */
export interface Signer {
  mchid: string;
  /** Serial of the merchant's API certificate. */
  serial_no: string;
  privateKey: KeyObject;
}

/** Returns the five lines that the signature of a request covers. */
export const requestMessage = ({ method, path, timestamp, nonce_str, body }: SignedParts): string =>
  lines(method, path, timestamp, nonce_str, body);

/**
 * Returns the value of the `Authorization` header. Signing takes more processor time than
 * everything else in a request, so that it runs in the thread pool.
 *
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012365336
 */
export async function signAuthorization({ mchid, serial_no, privateKey }: Signer, parts: SignedParts): Promise<string> {
  const signature = await signSha256InPool(privateKey, requestMessage(parts));
  const { nonce_str, timestamp } = parts;
  return `${SCHEME} mchid="${mchid}",nonce_str="${nonce_str}",signature="${signature}",timestamp="${timestamp}",serial_no="${serial_no}"`;
}
