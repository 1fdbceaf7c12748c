/**
 * Keeps the access token and the ticket of an account for all processes of a shop, because WeChat
 * issues few of them. When a method throws, that is reported as `ERR_WXPAY_STORE_FAILED`.
 */
export interface TokenCache {
  /** Returns the value while it is kept. */
  get(key: string): Promise<string | null | undefined> | string | null | undefined;
  /** Stores a value, and forgets it after `lifetime` milliseconds. */
  set(key: string, value: string, lifetime: number): Promise<unknown> | unknown;
  /**
   * Resolves to `true` for one caller until `release`, or until `lifetime` milliseconds later. That
   * caller asks WeChat while the others wait.
   */
  claim(key: string, lifetime: number): Promise<boolean> | boolean;
  /** Ends a claim. */
  release(key: string): Promise<unknown> | unknown;
}
