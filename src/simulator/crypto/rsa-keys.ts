import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

const made = new Map<string, KeyObject>();

/**
 * An RSA key by its purpose. It is generated once in a process, so that a second simulator has the
 * same merchants as the first.
 */
export function keyFor(purpose: string): KeyObject {
  const key = made.get(purpose) ?? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  made.set(purpose, key);
  return key;
}

/** A certificate serial: 40 hex digits in capitals without a leading zero, fixed for each key. */
export function serialFor(key: KeyObject): string {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return `5${createHash('sha256').update(spki).digest('hex').slice(0, 39).toUpperCase()}`;
}

/** PKCS#8 in PEM, the form of `apiclient_key.pem`. */
export const pemOf = (privateKey: KeyObject): string =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** The public half in PEM, the form of `pub_key.pem`. */
export const publicPemOf = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
