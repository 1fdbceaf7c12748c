import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { signSha256 } from '../../src/core/crypto/rsa.js';
import { sealGcm } from '../../src/simulator/crypto/seal.js';

/** Made once per test process: keys of nobody. */
export const rsaKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

export const publicPem = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();

export interface Sender {
  serial: string;
  key: KeyObject;
  apiV3Key: string;
}

/** A notification as WeChat Pay would send it. */
export interface Delivery {
  body: Buffer;
  headers: Record<string, string[]>;
}

/** Signs bytes as WeChat Pay signs answers and notifications. `now` is in milliseconds. */
export function signedHeaders({ serial, key }: Omit<Sender, 'apiV3Key'>, body: Buffer | string, now: number) {
  const nonce = randomBytes(16).toString('hex');
  const timestamp = String(Math.floor(now / 1000));
  return {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': serial,
    'wechatpay-signature': signSha256(key, `${timestamp}\n${nonce}\n`, body, '\n'),
  };
}

export function envelopeOf(
  event_type: string,
  resource: unknown,
  apiV3Key: string,
  original_type = event_type.startsWith('REFUND') ? 'refund' : 'transaction',
): object {
  const nonce = randomBytes(6).toString('hex');
  const associated_data = original_type;
  const plaintext = typeof resource === 'string' ? resource : JSON.stringify(resource);
  const ciphertext = sealGcm(Buffer.from(apiV3Key), nonce, associated_data, plaintext).toString('base64');
  return {
    id: 'EV-2018022511223320873',
    create_time: '2026-01-01T10:34:57+08:00',
    resource_type: 'encrypt-resource',
    event_type,
    summary: '支付成功',
    resource: { original_type, algorithm: 'AEAD_AES_256_GCM', ciphertext, associated_data, nonce },
  };
}

export function deliver(sender: Sender, envelope: unknown, now: number): Delivery {
  const body = Buffer.isBuffer(envelope) ? envelope : Buffer.from(JSON.stringify(envelope));
  const headers = Object.entries(signedHeaders(sender, body, now)).map(([name, value]) => [name, [value]]);
  return { body, headers: Object.fromEntries(headers) };
}
