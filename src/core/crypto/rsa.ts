import { constants, type KeyObject, privateDecrypt, publicEncrypt, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { canonicalBase64 } from './base64.js';

type Part = string | Buffer;

/** RSASSA-PKCS1-v1_5 over SHA-256, in base64. */
export const signSha256 = (privateKey: KeyObject, ...message: Part[]): string =>
  sign('sha256', bytesOf(message), privateKey).toString('base64');

const signInPool = promisify(sign) as (algorithm: string, data: Buffer, key: KeyObject) => Promise<Buffer>;

/** As {@link signSha256}, in the thread pool: the process serves other requests meanwhile. */
export const signSha256InPool = async (privateKey: KeyObject, ...message: Part[]): Promise<string> =>
  (await signInPool('sha256', bytesOf(message), privateKey)).toString('base64');

/**
 * `false` for every signature that is not exactly the canonical base64 text of a valid one: no second spelling verifies.
 */
export function verifySha256(publicKey: KeyObject, signature: string, ...message: Part[]): boolean {
  const bytes = canonicalBase64(signature);
  return bytes !== undefined && verify('sha256', bytesOf(message), publicKey, bytes);
}

const bytesOf = (message: readonly Part[]): Buffer =>
  Buffer.concat(message.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));

// SHA-1 is what WeChat's guide and SDKs use here; one FAQ says SHA-256 and is wrong.
const oaep = (key: KeyObject) => ({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' });

/** RSA-OAEP with SHA-1, in base64; at most 214 bytes under a key of 2048 bits. */
export const sealOaep = (publicKey: KeyObject, text: string): string =>
  publicEncrypt(oaep(publicKey), Buffer.from(text)).toString('base64');

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws when the ciphertext is not for this key, or what it holds is not UTF-8. */
export const openOaep = (privateKey: KeyObject, ciphertext: string): string =>
  decoder.decode(privateDecrypt(oaep(privateKey), Buffer.from(ciphertext, 'base64')));
