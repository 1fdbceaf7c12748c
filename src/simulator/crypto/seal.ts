import { createCipheriv } from 'node:crypto';

const TAG_LENGTH = 16;

/**
 * AES-GCM: encrypts what WeChat Pay sends in API v3. The result is the ciphertext followed by its
 * tag of 16 bytes.
 *
 * @param key 32 bytes for AES-256, or 16 for AES-128
 */
export function sealGcm(
  key: Buffer,
  nonce: string,
  associated_data: string,
  plaintext: string | Buffer,
): Buffer {
  const algorithm = key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm';
  const options = { authTagLength: TAG_LENGTH };
  const cipher = createCipheriv(algorithm, key, Buffer.from(nonce), options);
  cipher.setAAD(Buffer.from(associated_data));
  const ciphertext = [cipher.update(Buffer.from(plaintext)), cipher.final()];
  return Buffer.concat([...ciphertext, cipher.getAuthTag()]);
}

/** AES-256-ECB with PKCS#7 padding: encrypts the refund notifications of API v2. */
export function sealEcb(key: string, plaintext: string): Buffer {
  const cipher = createCipheriv('aes-256-ecb', Buffer.from(key), null);
  return Buffer.concat([cipher.update(plaintext), cipher.final()]);
}
