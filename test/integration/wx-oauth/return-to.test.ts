import { describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { type Build, HTML, phone, scene, shop, showOpenid, WECHAT } from '../../support/oauth-shop.js';

const APP = 'https://app.example:8443';
const HASH_PAGE = `${APP}/shop?a=1&b=%E4%B8%AD#/orders/17?tab=2`;

/** An API with a login page for front ends on `APP`. */
const withLogin: Build = (guard, app) => app.use(guard({ loginPage: '/login', origins: [APP] })).use(showOpenid);

const script = (origin: string, referer?: string) =>
  request(origin)
    .get('/api')
    .set({ Accept: 'application/json', 'User-Agent': WECHAT, ...(referer !== undefined && { Referer: referer }) });

const loginPage = (page: string): string => `/login?${new URLSearchParams({ return_to: page })}`;

describe('the address that a script is told to open', () => {
  test.each([
    ['a page of the shop itself', (origin: string) => `${origin}/cart?a=1&b=2`],
    ['a page of a listed origin', () => `${APP}/shop?a=1`],
    ['a listed origin, all that browsers tell of another one', () => `${APP}/`],
  ])('leads back to %s', async (_, pageOf) => {
    const { origin } = await shop(withLogin);
    const { status, body } = await script(origin, pageOf(origin));
    expect([status, body.error]).toEqual([401, 'openid_required']);
    const login = new URL(body.login);
    expect([login.origin + login.pathname, login.searchParams.get('return_to')]).toEqual([
      `${origin}/login`,
      pageOf(origin),
    ]);
  });

  test.each([
    ['no Referer', undefined],
    ['a foreign page', 'https://evil.example/'],
    ['a host that begins with ours', `${APP}.evil.example/`],
    ['our origin as a user name', `${APP}@evil.example/`],
    ['no address', 'about:blank'],
  ])('leads nowhere else with %s', async (_, referer) => {
    const { origin } = await shop(withLogin);
    expect((await script(origin, referer)).body).toEqual({ error: 'openid_required', login: `${origin}/login` });
  });

  test('keeps the query and the fragment that the login page has', async () => {
    const { origin } = await shop((guard, app) => app.use(guard({ loginPage: '/login?from=api#/me' })).use(showOpenid));
    const { body } = await script(origin, `${origin}/cart`);
    expect(body.login).toBe(`${origin}/login?from=api&return_to=${encodeURIComponent(`${origin}/cart`)}#/me`);
  });
});

describe('the login page', () => {
  test.each([
    ['a hash route of a listed origin', () => HASH_PAGE, () => HASH_PAGE],
    ['a page of the shop itself', (origin: string) => `${origin}/cart#/17`, (origin: string) => `${origin}/cart#/17`],
    ['a path of the shop', () => '/cart?a=1', (origin: string) => `${origin}/cart?a=1`],
  ])('logs in and leads back to %s', async (_, pageOf, target) => {
    const { origin } = await shop(withLogin);
    const { open, begin } = phone(origin);
    const sent = await begin(loginPage(pageOf(origin)));
    const loggedIn = await open(sent.granted('CODE1'));
    expect([loggedIn.status, loggedIn.headers.location]).toEqual([302, origin + loginPage(pageOf(origin))]);
    const back = await open(loggedIn.headers.location as string);
    expect([back.status, back.headers.location]).toEqual([302, target(origin)]);
    expect(back.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  });

  test('leads a user back at once who is logged in already', async () => {
    const { origin } = await shop(withLogin);
    const { open, begin } = phone(origin);
    await open((await begin('/p')).granted('CODE1'));
    expect((await open(loginPage(HASH_PAGE))).headers.location).toBe(HASH_PAGE);
    expect(scene.weixin.calls).toHaveLength(1);
  });

  test.each([
    ['a foreign page', 'https://evil.example/'],
    ['a host that begins with ours', `${APP}.evil.example/`],
    ['a listed host on another port', 'https://app.example/'],
    ['a listed host by http', 'http://app.example:8443/'],
    ['a listed origin without a path', APP],
    ['our origin as a user name', `${APP}@evil.example/`],
    ['two slashes', '//evil.example/'],
    ['a slash and a backslash', '/\\evil.example/'],
    ['a script', 'javascript:alert(1)'],
    ['a line break', '/cart\nSet-Cookie: a=1'],
    ['nothing', ''],
    ['an address that is too long', `${APP}/${'x'.repeat(2048)}`],
  ])('does not lead to %s, logged in or not, and begins no login for it', async (_, page) => {
    const { origin } = await shop(withLogin);
    const { open, begin } = phone(origin);
    const before = await open(loginPage(page));
    expect([before.status, before.headers.location, before.headers['set-cookie']]).toEqual([400, undefined, undefined]);
    await open((await begin('/p')).granted('CODE1'));
    expect((await open(loginPage(page))).status).toBe(400);
    expect(scene.errors).toMatchObject([{ code: 'ERR_WXPAY_BAD_REQUEST' }, { code: 'ERR_WXPAY_BAD_REQUEST' }]);
  });

  test('with two ways back leads nowhere', async () => {
    const { origin } = await shop(withLogin);
    const { open } = phone(origin);
    expect((await open(`${loginPage('/cart')}&return_to=/other`)).status).toBe(400);
  });

  test('without one is a page of the shop', async () => {
    const { origin } = await shop(withLogin);
    const { open, begin } = phone(origin);
    await open((await begin('/login?a=1')).granted('CODE1'));
    expect((await open('/login?a=1')).body).toMatchObject({ query: 'a=1' });
  });

  test('other pages keep a parameter of that name for themselves', async () => {
    const { origin } = await shop(withLogin);
    const { open, begin } = phone(origin);
    await open((await begin('/p')).granted('CODE1'));
    expect((await open('/p?return_to=https://evil.example/')).body).toMatchObject({
      query: 'return_to=https://evil.example/',
    });
  });

  test('asks a frame to be opened in the whole window first', async () => {
    const { origin } = await shop(withLogin);
    const headers = { 'User-Agent': WECHAT, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe', Accept: HTML };
    const response = await request(origin).get(loginPage(HASH_PAGE)).set(headers);
    expect([response.status, response.headers.location]).toEqual([403, undefined]);
    expect(response.text).toContain('_top');
  });
});
