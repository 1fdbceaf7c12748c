import { mustBe, type Rule } from './options.js';

/** Scheme, host and port of pages, as `location.origin` has them. */
export const origins: Rule<readonly string[]> = (given, name) => {
  if (Array.isArray(given) && given.length > 0 && given.every(isOrigin)) return [...given];
  throw mustBe(name, "a list of origins such as ['https://shop.example'], without a path or a slash at the end");
};

const isOrigin = (value: unknown): boolean => {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === value;
};

// Visible ASCII, as browsers print addresses.
const VISIBLE = /^[\x21-\x7e]{1,2048}$/;

/**
 * Whether an address, as `location.href` has it, is a page on one of the origins. After the slash that ends an origin nothing can
 * lead to another host.
 */
export const isPageOn = (origins: readonly string[], address: unknown): address is string =>
  typeof address === 'string' && VISIBLE.test(address) && origins.some((origin) => address.startsWith(`${origin}/`));
