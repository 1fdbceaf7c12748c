import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { randomFrom } from '../random.js';
import { rsaKeyFrom } from './rsa-from-seed.js';

/** The seed of the keys that are the same at every start, everywhere. */
export const DEVELOPMENT_SEED = 'koa-wxpay simulator';

/** Returns an RSA key by its purpose. */
export type KeyRing = (purpose: string) => KeyObject;

const made = new Map<string, KeyObject>();

/** The keys that belong to a seed. They are calculated once in a process. */
export const keyRing =
  (seed: string): KeyRing =>
  (purpose) => {
    const name = `${seed} ${purpose}`;
    const key = made.get(name) ?? rsaKeyFrom(randomFrom(name));
    made.set(name, key);
    return key;
  };

const developmentKeys = keyRing(DEVELOPMENT_SEED);

/** A key that belongs to no merchant. */
export const foreignKey = (): KeyObject => developmentKeys('unknown signer');

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
