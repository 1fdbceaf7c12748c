import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const hex = (algorithm: string, data: string | Buffer): string => createHash(algorithm).update(data).digest('hex');

/** The digests WeChat prints, as lower-case hex; text counts as UTF-8. */
export const md5Hex = (data: string | Buffer): string => hex('md5', data);
export const sha1Hex = (data: string | Buffer): string => hex('sha1', data);
export const sha256Hex = (data: string | Buffer): string => hex('sha256', data);
export const hmacSha256Hex = (key: string, data: string | Buffer): string =>
  createHmac('sha256', key).update(data).digest('hex');

/** Compares texts in a time that does not depend on where they differ; only their byte lengths show. */
export function equalText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
