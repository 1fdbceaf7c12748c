import type { Context } from 'koa';
import { isObject } from '../../core/json.js';
import type { OAuthUser } from '../../core/oauth/token.js';
import { MINUTE } from '../../util/clock.js';
import type { SignedCookies } from './cookies.js';
import type { OAuthIdentity, ResolvedOAuth } from './options.js';

/** The logged-in user of this browser, kept in the host's session or in a signed cookie of ours. */
export interface Session {
  /** `null` also for a user of another account, a login that is too old, or one without the profile that the scope asks for. */
  get(): Promise<OAuthIdentity | null>;
  set(identity: OAuthIdentity): Promise<void>;
}

/** What a session or a cookie holds, if it is an identity of this account. */
function identityIn(kept: unknown, account: string): OAuthIdentity | null {
  if (!isObject(kept)) return null;
  // A host that keeps one account's users need not write its appid to every session.
  const { appid = account, openid, user } = kept;
  if (appid !== account || typeof openid !== 'string' || !/^[\w-]{1,128}$/.test(openid)) return null;
  if (user === undefined) return { appid: account, openid };
  const isUser = isObject(user) && typeof user.openid === 'string';
  return isUser ? { appid: account, openid, user: user as unknown as OAuthUser } : null;
}

export function openSession(ctx: Context, cookies: SignedCookies, options: ResolvedOAuth): Session {
  const { account, cookie, session, scope, now } = options;
  const read = async (): Promise<unknown> => {
    if (session) return session.get(ctx);
    const text = cookies.find(cookie.name).get(cookie.name);
    const kept = text && (JSON.parse(Buffer.from(text, 'base64url').toString()) as { at: number });
    // The cookie may come from a machine whose clock is up to a minute ahead.
    return kept && now() - kept.at < cookie.maxAge && kept.at - now() < MINUTE ? kept : null;
  };
  return {
    async get() {
      const identity = identityIn(await read(), account.appid);
      return scope === 'snsapi_userinfo' && !identity?.user ? null : identity;
    },
    async set(found) {
      if (session) return void (await session.set(ctx, found));
      const text = Buffer.from(JSON.stringify({ ...found, at: now() })).toString('base64url');
      cookies.set(cookie.name, text, cookie.maxAge);
    },
  };
}
