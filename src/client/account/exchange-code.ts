import { ApiError } from '../../core/errors.js';
import { retryOnce } from '../../util/retry-once.js';
import { leftUntil } from '../http.js';
import { type Account, callAccount, TIMEOUT } from './account.js';

export interface CodeExchange<T> {
  /** The path without its first slash, which also names the call in errors. */
  operation: string;
  /** The code, under the name that this path has for it. */
  code: { code: string } | { js_code: string };
  read(body: Buffer): T;
}

/**
 * Exchanges a code that WeChat gave to a user, and asks once more when WeChat is busy.
 *
 * @throws {ApiError} WeChat's `errcode` as text in `wechatCode`
 * @throws {TransportError}
 * @throws {WxpayError} `ERR_WXPAY_BAD_ANSWER`; no message and no cause holds the secret or the code
 */
export async function exchangeCode<T>(account: Account, { operation, code, read }: CodeExchange<T>): Promise<T> {
  const { appid, secret } = account;
  const until = performance.now() + TIMEOUT;
  const exchange = (): Promise<T> => {
    const query = { appid, secret, ...code, grant_type: 'authorization_code' };
    const secrets = [secret, ...Object.values(code)];
    const readSafely = (body: Buffer): T => withoutSecrets(operation, secrets, () => read(body));
    return callAccount(account, { operation, path: `/${operation}`, query, read: readSafely }, leftUntil(until));
  };
  // -1 is "system error, try again". If the first attempt has used the code up, the second is refused and a fresh code is needed.
  return retryOnce(exchange, (error) => error instanceof ApiError && error.wechatCode === '-1');
}

/** A refusal quotes WeChat's text, and that text could quote our request. */
export function withoutSecrets<T>(operation: string, secrets: string[], read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ApiError) || !secrets.some((secret) => error.text.includes(secret))) throw error;
    const { wechatCode, wechatStatus: status, meaning } = error;
    throw new ApiError(operation, { wechatCode, status, meaning, text: '(text withheld: it repeats the request)' });
  }
}
