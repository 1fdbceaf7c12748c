import { describe, expect, test } from '@jest/globals';
import { signedCookies } from '../../../../src/koa/oauth/cookies.js';
import type { OAuthIdentity, WxOAuthOptions } from '../../../../src/koa/oauth/options.js';
import { openSession } from '../../../../src/koa/oauth/session.js';
import { contextWith, cookiesSet, oauthOptions } from '../../../support/oauth-context.js';

const NOW = 1_700_000_000_000;
const MINUTE = 60_000;
const IDENTITY: OAuthIdentity = { appid: 'wx0123456789abcdef', openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' };

const storeOf = (cookie: string, now: number, changes: Partial<WxOAuthOptions> = {}) => {
  const options = oauthOptions({ now: () => now, ...changes });
  const ctx = contextWith(cookie);
  return { ctx, store: openSession(ctx, signedCookies(ctx, options), options) };
};

/** The cookie that remembers this user since then. */
async function cookieOf(identity: object, at = NOW): Promise<string> {
  const { ctx, store } = storeOf('', at);
  await store.set(identity as OAuthIdentity);
  return cookiesSet(ctx)
    .map((pair) => pair.join('='))
    .join('; ');
}

const readAt = async (now: number, changes?: Partial<WxOAuthOptions>): Promise<OAuthIdentity | null> =>
  storeOf(await cookieOf(IDENTITY), now, changes).store.get();

describe('a user in a cookie', () => {
  test('is known for as long as the cookie is good, whatever browsers keep', async () => {
    const cookie = { maxAge: 10 * MINUTE };
    expect(await readAt(NOW, { cookie })).toEqual(IDENTITY);
    expect(await readAt(NOW + 10 * MINUTE - 1, { cookie })).toEqual(IDENTITY);
    expect(await readAt(NOW + 10 * MINUTE, { cookie })).toBeNull();
  });

  test('is known for twelve hours by default', async () => {
    expect(await readAt(NOW + 12 * 60 * MINUTE - 1)).toEqual(IDENTITY);
    expect(await readAt(NOW + 12 * 60 * MINUTE)).toBeNull();
  });

  test('is known on a machine whose clock is behind by less than a minute', async () => {
    expect(await readAt(NOW - MINUTE + 1)).toEqual(IDENTITY);
    expect(await readAt(NOW - MINUTE)).toBeNull();
  });

  test('is nobody without a cookie', async () => {
    expect(await storeOf('', NOW).store.get()).toBeNull();
  });

  test.each<[string, object]>([
    ['another account', { ...IDENTITY, appid: 'wxfedcba9876543210' }],
    ['an openid of another form', { ...IDENTITY, openid: 'o b' }],
    ['an openid with something behind it', { ...IDENTITY, openid: 'o\n' }],
    ['an empty openid', { ...IDENTITY, openid: '' }],
    ['an openid of 129 characters', { ...IDENTITY, openid: 'o'.repeat(129) }],
  ])('with %s is nobody', async (_, identity) => {
    expect(await storeOf(await cookieOf(identity), NOW).store.get()).toBeNull();
  });

  test('may have an openid of 128 characters', async () => {
    const identity = { ...IDENTITY, openid: 'o'.repeat(128) };
    expect(await storeOf(await cookieOf(identity), NOW).store.get()).toEqual(identity);
  });

  test('without a profile is nobody where a profile is asked for', async () => {
    const user = { openid: IDENTITY.openid, nickname: '小明' };
    const scope = 'snsapi_userinfo';
    expect(await readAt(NOW, { scope })).toBeNull();
    expect(await storeOf(await cookieOf({ ...IDENTITY, user }), NOW, { scope }).store.get()).toEqual({
      ...IDENTITY,
      user,
    });
  });
});
