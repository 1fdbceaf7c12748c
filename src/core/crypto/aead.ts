import { createDecipheriv } from 'node:crypto';

const TAG = 16;

const algorithm = (key: Buffer) => (key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm');

/**
 * The plaintext, once its tag is proven.
 *
 * @throws when key, nonce, associated data or ciphertext are not those it was sealed with, or have impossible lengths.
 */
export function openGcm(key: Buffer, nonce: string, associated_data: string, sealed: Buffer): Buffer {
  if (sealed.length < TAG) throw new RangeError('shorter than an authentication tag');
  // A pinned tag length: without it four bytes of tag would do.
  const decipher = createDecipheriv(algorithm(key), key, Buffer.from(nonce), { authTagLength: TAG });
  decipher.setAAD(Buffer.from(associated_data)).setAuthTag(sealed.subarray(-TAG));
  const plaintext = decipher.update(sealed.subarray(0, -TAG));
  // final() compares the tag, and throws. GCM is a stream: there is no last block to add.
  decipher.final();
  return plaintext;
}
