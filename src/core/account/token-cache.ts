/**
 * Where access token and ticket of an account are kept, so that all processes of a shop share one: WeChat gives out few.
 * Any method may throw; that is reported as `ERR_WXPAY_STORE_FAILED`.
 */
export interface TokenCache {
  get(key: string): Promise<string | null | undefined> | string | null | undefined;
  /** Forgets the value after `lifetime` milliseconds. */
  set(key: string, value: string, lifetime: number): Promise<unknown> | unknown;
  /** `true` for one caller only, until `release` or `lifetime` milliseconds later: the one who asks WeChat while others wait. */
  claim(key: string, lifetime: number): Promise<boolean> | boolean;
  release(key: string): Promise<unknown> | unknown;
}
