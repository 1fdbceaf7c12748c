import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { NamedKey } from '../../../src/explain/types.js';

/** A private key and its public half, with a name. */
export interface TestKey {
  privateKey: KeyObject;
  named: NamedKey;
}

export function testKey(facts: Omit<NamedKey, 'key'>): TestKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { privateKey, named: { ...facts, key: createPublicKey(privateKey) } };
}

/** Signs bytes as a program does that makes no mistake with the algorithm. */
export const signed = ({ privateKey }: TestKey, text: string | Buffer): string =>
  sign('sha256', Buffer.from(text), privateKey).toString('base64');
