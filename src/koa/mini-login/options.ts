import type { Context } from 'koa';
import { ACCOUNT_RULES, type AccountOptions, resolveAccount } from '../../client/account/account.js';
import { HOUR, SECOND } from '../../util/clock.js';
import { func, integer, matching, optional, type Rules, readOptions, withDefault } from '../../util/options.js';

/** Options of `wxMiniLogin`: one mini program. All of them are checked at creation. */
export interface WxMiniLoginOptions extends AccountOptions {
  /** How long a token is good for, in milliseconds. Shortening it also ends tokens that were given out before. @default 2 hours */
  maxAge?: number;
  /**
   * What the tokens are good for: those of one scope are refused by another. Needed only where one mini program has several logins.
   *
   * @default 'user'
   */
  scope?: string;
  /**
   * Called with each login before it is answered, to keep what the shop needs of it. It is the only place where `session_key` is
   * handed out: keep it on the server. What it throws is the answer.
   */
  onLogin?(login: MiniLogin, ctx: Context): Promise<unknown> | unknown;
  /** The clock, in milliseconds. @default Date.now */
  now?: () => number;
}

/** A user who has just logged in to a mini program. */
export interface MiniLogin {
  appid: string;
  openid: string;
  unionid?: string;
  session_key: string;
}

export type ResolvedMiniLogin = ReturnType<typeof resolveMiniLogin>;

const RULES = {
  ...ACCOUNT_RULES,
  maxAge: withDefault(integer({ least: SECOND, unit: 'milliseconds' }), 2 * HOUR),
  scope: withDefault(matching(/^[\w.:-]{1,64}$/, '1 to 64 letters, digits, "_", ".", ":" or "-"'), 'user'),
  onLogin: optional(func<NonNullable<WxMiniLoginOptions['onLogin']>>('(login, ctx) => void')),
  now: withDefault(func<() => number>(), Date.now),
} satisfies Rules<WxMiniLoginOptions>;

/** @throws {TypeError} naming the option that is wrong and what would be right */
export function resolveMiniLogin(options: WxMiniLoginOptions) {
  const { maxAge, scope, onLogin, now, ...account } = readOptions('wxMiniLogin', options, RULES);
  return { account: resolveAccount(account), maxAge, scope, onLogin, now };
}
