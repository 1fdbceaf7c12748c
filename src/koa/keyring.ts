import { createHmac } from 'node:crypto';
import type { Context } from 'koa';
import { equalText } from '../core/crypto/digest.js';
import { WxpayError } from '../core/errors.js';

/** Signs with `app.keys`. The first key signs and all keys verify, so that keys can be changed while users are logged in. */
export interface Keyring {
  sign(data: string): string;
  verify(data: string, signature: string): boolean;
}

/**
 * The keys of the application, which may be a Keygrip.
 *
 * @param what is signed, as the beginning of an error, such as `wxOAuth signs its cookies`
 * @throws {WxpayError} `ERR_WXPAY_MOUNT` when the application has no keys, or an empty one
 */
export function keyringOf({ app: { keys } }: Context, what: string): Keyring {
  if (keys && !Array.isArray(keys) && typeof keys.sign === 'function') return keys;
  const all = (Array.isArray(keys) ? keys : []) as unknown[];
  const [first] = all as string[];
  // With an empty key anybody can make a signature, wherever it stands in the list.
  if (first === undefined || !all.every((key) => typeof key === 'string' && key !== '')) {
    throw new WxpayError(
      'ERR_WXPAY_MOUNT',
      `${what}: set app.keys = [a long random secret] on the application that listens${first === undefined ? '' : '; one of its keys is empty or no text'}`,
    );
  }
  const digest = (key: string, data: string): string => createHmac('sha256', key).update(data).digest('base64url');
  return {
    sign: (data) => digest(first, data),
    verify: (data, signature) => (all as string[]).some((key) => equalText(digest(key, data), signature)),
  };
}
