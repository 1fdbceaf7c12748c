import { describe, expect, test } from '@jest/globals';
import type { Context } from 'koa';
import request from 'supertest';
import type { OAuthIdentity, WxOAuthOptions } from '../../../src/koa/wx-oauth.js';
import { APPID, HTML, OPENID, phone, scene, sentToWechat, shop, showOpenid, WECHAT } from '../../support/oauth-shop.js';

describe('the session', () => {
  test('a session of another account, or one older than its cookie may be, is not taken', async () => {
    const { origin } = await shop((guard, app) =>
      app
        .use((ctx, next) =>
          guard(ctx.path === '/other' ? { appid: 'wx2', cookie: { name: 'c' } } : { cookie: { name: 'c' } })(ctx, next),
        )
        .use(showOpenid),
    );
    const { open, begin } = phone(origin);
    await open((await begin('/p')).granted('CODE1'));
    expect((await open('/p')).status).toBe(200);
    expect((await open('/other')).status).toBe(302);
    scene.clock += 43_199_999;
    expect((await open('/p')).status).toBe(200);
    scene.clock += 1;
    expect((await open('/p')).status).toBe(302);
  });

  test('a cookie with one character changed, or under another name, is no session', async () => {
    const { origin } = await shop();
    const { open, begin } = phone(origin);
    const back = await open((await begin('/p')).granted('CODE1'));
    const [name, value] =
      /(wxpay_\w+?)=([\w.-]+); Max-Age=43200;/.exec(String(back.headers['set-cookie']))?.slice(1) ?? [];
    if (!name || !value) throw new Error('no session cookie came');
    const stranger = (header: string) =>
      request(origin).get('/p').set({ 'User-Agent': WECHAT, Accept: HTML, Cookie: header });
    expect((await stranger(`${name}=${value}`)).status).toBe(200);
    expect((await stranger(`${name}=forged.forged; ${name}=${value}`)).status).toBe(200);
    // whoever may set a cookie for a sister domain may not set one that begins with __Host-; this one does not
    expect((await stranger(`\u00a0${name}=${value}`)).status).toBe(302);
    for (let at = 0; at < value.length; at += 7) {
      const changed = value.slice(0, at) + (value[at] === 'A' ? 'B' : 'A') + value.slice(at + 1);
      expect((await stranger(`${name}=${changed}`)).status).toBe(302);
    }
  });

  test('a cookie is good under its own name only', async () => {
    const { origin } = await shop((guard, app) =>
      app.use((ctx, next) => guard({ cookie: { name: ctx.path === '/b' ? 'b' : 'a' } })(ctx, next)).use(showOpenid),
    );
    const { open, begin } = phone(origin);
    const back = await open((await begin('/a')).granted('CODE1'));
    const value = /\ba=([\w.-]+); Max-Age=43200;/.exec(String(back.headers['set-cookie']))?.[1];
    const ask = (path: string) =>
      request(origin)
        .get(path)
        .set({ 'User-Agent': WECHAT, Accept: HTML, Cookie: `a=${value}; b=${value}` });
    expect((await ask('/a')).status).toBe(200);
    expect((await ask('/b')).status).toBe(302);
  });

  test('keys can be changed under logged-in users: the first signs, all verify', async () => {
    const before = await shop(undefined, ['old']);
    const { open, begin } = phone(before.origin);
    const back = await open((await begin('/p')).granted('CODE1'));
    const cookies = (back.headers['set-cookie'] as unknown as string[]).map((one) => one.split(';')[0]).join('; ');
    const ask = (origin: string) =>
      request(origin).get('/p').set({ 'User-Agent': WECHAT, Accept: HTML, Cookie: cookies });
    expect((await ask((await shop(undefined, ['new', 'old'])).origin)).status).toBe(200);
    expect((await ask((await shop(undefined, ['new'])).origin)).status).toBe(302);
  });

  test("a host's own session is asked and filled, and no cookie of ours remembers the user", async () => {
    const kept = new Map<string, OAuthIdentity>();
    const session = {
      get: () => kept.get('user'),
      set: (_ctx: Context, found: OAuthIdentity) => kept.set('user', found),
    };
    const { origin } = await shop((guard, app) => app.use(guard({ session })).use(showOpenid));
    const { open, begin } = phone(origin);
    const back = await open((await begin('/p')).granted('CODE1'));
    expect(kept.get('user')).toEqual({ appid: APPID, openid: OPENID });
    expect(String(back.headers['set-cookie'])).not.toContain(`wxpay_${APPID}=`);
    expect((await open('/p')).body.openid).toBe(OPENID);
  });

  test.each([
    ['an identity without an appid', { openid: OPENID }, 200],
    ['an identity of another account', { openid: OPENID, appid: 'wx2' }, 302],
    ['an openid that is none', { openid: 'a b' }, 302],
    ['a text', OPENID, 302],
    ['undefined', undefined, 302],
  ])("from a host's session comes %s", async (_, kept, status) => {
    const session = { get: async () => kept as OAuthIdentity, set: () => undefined };
    const { origin } = await shop((guard, app) => app.use(guard({ session })).use(showOpenid));
    expect((await phone(origin).open('/p')).status).toBe(status);
  });

  test('a session that forgets its users ends on a page instead of going round', async () => {
    const session = { get: () => null, set: () => undefined };
    const { origin } = await shop((guard, app) => app.use(guard({ session })).use(showOpenid));
    const { open } = phone(origin);
    let response = await open('/p');
    let rounds = 0;
    for (; response.status === 302 && rounds < 20; rounds++) {
      const location = response.headers.location as string;
      response = await open(location.startsWith(origin) ? location : sentToWechat(location).granted(`CODE${rounds}`));
    }
    expect(response.status).toBe(403);
    expect(response.text).toContain('Cookie');
    expect(scene.weixin.calls).toHaveLength(3);
  });

  test.each([
    ['is one that forgets its users for a minute after a login', 59_999, 0],
    ['that ends later is begun anew, with all its tries', 60_000, 1],
  ])('a session %s', async (_, later, further) => {
    const session = { get: () => null, set: () => undefined };
    const { origin } = await shop((guard, app) => app.use(guard({ session })).use(showOpenid));
    const { open } = phone(origin);
    const round = async (): Promise<boolean> => {
      const { status, headers } = await open('/p');
      if (status === 302) await open(sentToWechat(headers.location as string).granted('CODE'));
      return status === 302;
    };
    for (let login = 0; login < 3; login++) expect(await round()).toBe(true);
    scene.clock += later;
    expect(await round()).toBe(further === 1);
  });

  test('without app.keys the first request fails with an error that says what to set', async () => {
    const { origin } = await shop(undefined, null);
    expect((await phone(origin).open('/p')).status).toBe(500);
    expect(scene.errors[0]).toMatchObject({ code: 'ERR_WXPAY_MOUNT', message: expect.stringContaining('app.keys') });
  });

  test.each([[['k', '']], [['', 'k']], [['k', undefined as never]], [[]]])(
    'an empty key signs for everybody, wherever it stands: %j is refused',
    async (keys) => {
      const { origin } = await shop(undefined, keys);
      expect((await phone(origin).open('/p')).status).toBe(500);
      expect(scene.errors[0]).toMatchObject({ code: 'ERR_WXPAY_MOUNT', message: expect.stringContaining('app.keys') });
    },
  );

  test.each<[string, Partial<WxOAuthOptions>, 'granted' | 'denied']>([
    ['session.set', { session: { get: () => null, set: () => Promise.reject(new Error('down')) } }, 'granted'],
    ['onDenied', { onDenied: () => Promise.reject(new Error('down')) }, 'denied'],
  ])('where %s fails, nobody keeps the address with its code either', async (_, options, outcome) => {
    const { origin } = await shop((guard, app) => app.use(guard(options)).use(showOpenid));
    const { open, begin } = phone(origin);
    const sent = await begin('/p');
    const failed = await open(outcome === 'granted' ? sent.granted('CODE1') : sent.denied);
    expect([failed.status, failed.headers['cache-control'], failed.headers['referrer-policy']]).toEqual([
      500,
      'no-store',
      'no-referrer',
    ]);
  });
});
