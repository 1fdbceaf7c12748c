import type { Context } from 'koa';
import { z } from 'zod';
import { MINUTE } from '../../util/clock.js';
import type { SignedCookies } from './cookies.js';
import type { OAuthIdentity, ResolvedOAuth } from './options.js';

/** The logged-in user of this browser, kept in the host's session or in a signed cookie of ours. */
export interface Session {
  /** `null` also for another account's user, one too old, or one without the profile the scope asks for. */
  get(): Promise<OAuthIdentity | null>;
  set(identity: OAuthIdentity): Promise<void>;
}

const user = z.looseObject({ openid: z.string() });

const identity = z.object({
  // a host that keeps one account's users need not write its appid to every session
  appid: z.string().optional(),
  openid: z.string().regex(/^[\w-]{1,128}$/),
  user: user.optional(),
  at: z.number().optional(),
});

export function openSession(ctx: Context, cookies: SignedCookies, options: ResolvedOAuth): Session {
  const { account, cookie, session, scope, now } = options;
  const read = async (): Promise<unknown> => {
    if (session) return session.get(ctx);
    const text = cookies.find(cookie.name).get(cookie.name);
    const kept = text && (JSON.parse(Buffer.from(text, 'base64url').toString()) as { at: number });
    // a minute of tolerance: the cookie may come from a machine whose clock is ahead
    return kept && now() - kept.at < cookie.maxAge && kept.at - now() < MINUTE ? kept : null;
  };
  return {
    async get() {
      const known = identity.safeParse(await read());
      if (!known.success) return null;
      const { appid = account.appid, openid, user } = known.data;
      if (appid !== account.appid) return null;
      if (scope === 'snsapi_userinfo' && !user) return null;
      return { appid, openid, ...(user && { user }) } as OAuthIdentity;
    },
    async set(found) {
      if (session) return void (await session.set(ctx, found));
      const text = Buffer.from(JSON.stringify({ ...found, at: now() })).toString('base64url');
      cookies.set(cookie.name, text, cookie.maxAge);
    },
  };
}
