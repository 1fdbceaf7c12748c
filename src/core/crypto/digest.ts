import { createHmac, hash, timingSafeEqual } from 'node:crypto';

/** The digests WeChat prints, as lower-case hex; text counts as UTF-8. */
export const md5Hex = (data: string | Buffer): string => hash('md5', data);
export const sha1Hex = (data: string | Buffer): string => hash('sha1', data);
export const sha256Hex = (data: string | Buffer): string => hash('sha256', data);
export const hmacSha256Hex = (key: string, data: string | Buffer): string =>
  createHmac('sha256', key).update(data).digest('hex');

/** Compares texts in a time that does not depend on where they differ; only their byte lengths show. */
export function equalText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
