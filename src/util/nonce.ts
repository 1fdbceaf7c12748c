import { randomFillSync } from 'node:crypto';

const BYTES = 16;

// One call into the kernel's generator serves 256 nonces. A call for each nonce takes longer than
// signing with MD5.
const pool = Buffer.alloc(256 * BYTES);
let used = pool.length;

/** Returns 128 random bits as 32 hexadecimal digits. */
export function randomNonce(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += BYTES;
  return pool.toString('hex', used - BYTES, used);
}
