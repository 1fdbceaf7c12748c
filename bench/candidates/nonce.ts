import { randomFillSync } from 'node:crypto';

const BYTES = 16;
const pool = Buffer.alloc(512 * BYTES);
let at = pool.length;

/** 32 hexadecimal digits. Limits and peers are given theirs from a pool, so that no row measures the generator of the kernel. */
export function freshNonce(): string {
  if (at === pool.length) {
    randomFillSync(pool);
    at = 0;
  }
  at += BYTES;
  return pool.toString('hex', at - BYTES, at);
}
