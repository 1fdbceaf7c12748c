import { mustBe } from '../../util/options.js';

/**
 * The address of WeChat's page with the one that it returns the payer to. What WeChat made stays byte for byte.
 *
 * @throws {TypeError} naming "returnUrl" when it is not the whole address of a page
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791835
 */
export function withReturnUrl(h5_url: string, returnUrl: unknown): string {
  const url = typeof returnUrl === 'string' && URL.canParse(returnUrl) ? new URL(returnUrl) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw mustBe('returnUrl', 'a function that returns a whole address such as https://shop.example/orders/17');
  }
  return `${h5_url}${h5_url.includes('?') ? '&' : '?'}redirect_url=${encodeURIComponent(returnUrl as string)}`;
}
