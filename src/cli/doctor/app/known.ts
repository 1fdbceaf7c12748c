import type { Link } from './chains.js';

/** What a middleware is, as far as its name and its source show. */
export type Kind =
  | 'wxOAuth'
  | 'wxMiniLogin'
  | 'wxPrepay'
  | 'wxNotify'
  | 'wxSettle'
  | 'wxJsConfig'
  | 'koa-bodyparser'
  | 'koa-body';

const OURS: readonly string[] = ['wxOAuth', 'wxPrepay', 'wxNotify', 'wxSettle', 'wxJsConfig'];

/** What tells the body parsers, several of which are functions without a name. */
const PARSERS: readonly (readonly [Kind, RegExp])[] = [
  // koa-body first: it has some of the same words.
  ['koa-body', /isJsonBody|bodyPromise/],
  ['koa-bodyparser', /disableBodyParser|parsedMethods/],
];

/** `undefined` for a middleware that the doctor does not know. */
export function kindOf({ name, middleware }: Link): Kind | undefined {
  if (OURS.includes(name)) return name as Kind;
  const source = Function.prototype.toString.call(middleware);
  if (name === 'guard' && /keysOf|readToken/.test(source)) return 'wxMiniLogin';
  return PARSERS.find(([, pattern]) => pattern.test(source))?.[0];
}
