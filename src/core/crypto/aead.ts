import { createCipheriv, createDecipheriv } from 'node:crypto';

const TAG = 16;

const algorithm = (key: Buffer) => (key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm');

/** AES-GCM as `cipher || 16-byte tag`. The length of the key chooses AES-128 or AES-256. */
export function sealGcm(key: Buffer, nonce: string, associated_data: string, plaintext: string | Buffer): Buffer {
  const cipher = createCipheriv(algorithm(key), key, Buffer.from(nonce), { authTagLength: TAG });
  cipher.setAAD(Buffer.from(associated_data));
  return Buffer.concat([cipher.update(Buffer.from(plaintext)), cipher.final(), cipher.getAuthTag()]);
}

/**
 * The plaintext, once its tag is proven.
 *
 * @throws when key, nonce, associated data or ciphertext are not those it was sealed with, or have impossible lengths.
 */
export function openGcm(key: Buffer, nonce: string, associated_data: string, sealed: Buffer): Buffer {
  if (sealed.length < TAG) throw new RangeError('shorter than an authentication tag');
  // A pinned tag length: without it four bytes of tag would do. final() is what compares the tag.
  const decipher = createDecipheriv(algorithm(key), key, Buffer.from(nonce), { authTagLength: TAG });
  decipher.setAAD(Buffer.from(associated_data)).setAuthTag(sealed.subarray(-TAG));
  return Buffer.concat([decipher.update(sealed.subarray(0, -TAG)), decipher.final()]);
}
