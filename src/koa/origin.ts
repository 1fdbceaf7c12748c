import { mustBe, type Rule } from '../util/options.js';
import { isReturnTo } from './oauth/address.js';

const RIGHT = 'what browsers see before the path, such as https://shop.example';

/** Scheme, host and perhaps a path prefix of the shop's pages, without a slash at the end: put before any path. */
export const origin: Rule<string> = (given, name) => {
  const url = typeof given === 'string' && URL.canParse(given) ? new URL(given) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw mustBe(name, RIGHT);
  if (url.username || url.password || /[?#]/.test(given as string)) {
    throw mustBe(name, `${RIGHT}: without query, fragment or user`);
  }
  const prefix = url.pathname.replace(/\/$/, '');
  if (prefix && !isReturnTo(prefix, url.origin)) throw mustBe(name, `${RIGHT}: its path is not one`);
  return url.origin + prefix;
};
