import type { Context } from 'koa';
import { isPageOn } from '../../util/origins.js';
import { isReturnTo, valuesOf } from './address.js';
import type { ResolvedOAuth } from './options.js';

/** The parameter of the login page that names the page which a script was on. */
const NAME = 'return_to';

type Settings = Pick<ResolvedOAuth, 'base' | 'loginPage' | 'origins'>;

/**
 * Where the login page leads once the user is logged in. `undefined` for every other page, and without the parameter; `'foreign'`
 * for what is neither a page on one of the origins nor a path of this one.
 */
export function returnToOf(address: string, { base, loginPage, origins }: Settings): string | 'foreign' | undefined {
  if (base + pathOf(address) !== pathOf(loginPage)) return undefined;
  const [page, ...more] = valuesOf(address, NAME);
  if (page === undefined) return undefined;
  if (more.length > 0) return 'foreign';
  if (isReturnTo(page, base)) return base + page;
  return isPageOn(origins, page) ? page : 'foreign';
}

/**
 * The address that a script is told to open. It leads back to the page that the script is on, as far as the browser tells it: of
 * another origin often only the origin, and never the fragment. A script that knows better sets the parameter itself.
 */
export function loginAddress(ctx: Context, { loginPage, origins }: Settings): string {
  const page = ctx.get('Referer');
  if (!isPageOn(origins, page)) return loginPage;
  const login = new URL(loginPage);
  login.searchParams.set(NAME, page);
  return login.href;
}

const pathOf = (address: string): string => address.split(/[?#]/, 1)[0] as string;
