import { describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { HTML, OPENID, phone, scene, sentToWechat, shop, showOpenid, WECHAT } from '../../support/oauth-shop.js';

type Headers = Record<string, string>;

const NAVIGATE = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };

const ask = (origin: string, path: string, headers: Headers) =>
  request(origin).get(path).set('User-Agent', WECHAT).set(headers);

describe('a page that is opened', () => {
  test.each<[string, Headers]>([
    ['by a browser that takes anything', { ...NAVIGATE, Accept: '*/*' }],
    ['by a browser that takes JSON', { ...NAVIGATE, Accept: 'application/json' }],
    ['by a browser that takes pictures', { ...NAVIGATE, Accept: 'image/*' }],
    ['by a browser that says nothing of what it takes', { 'Sec-Fetch-Mode': 'navigate' }],
    ['by a service worker, which asks with its own word', { ...NAVIGATE, 'Sec-Fetch-Dest': 'empty', Accept: HTML }],
    ['with a Purpose of its own', { ...NAVIGATE, Purpose: 'open', Accept: HTML }],
    ['by a WebView without Sec-Fetch headers', { Accept: HTML }],
    ["by Android's WebView, which names its app", { Accept: HTML, 'X-Requested-With': 'com.tencent.mm' }],
    ['by a WebView that takes anything, and asks for https', { Accept: '*/*', 'Upgrade-Insecure-Requests': '1' }],
    ['by a WebView without Accept', {}],
  ])('%s starts a login', async (_, headers) => {
    const { origin } = await shop();
    const response = await ask(origin, '/p?a=1', headers);
    expect(response.status).toBe(302);
    expect(sentToWechat(response.headers.location as string).redirect_uri).toBe(`${origin}/p?a=1`);
  });
});

describe('what is no page', () => {
  test.each<[string, Headers]>([
    ['fetch()', { 'Sec-Fetch-Mode': 'cors', Accept: HTML }],
    ['fetch() of an old WebView', { Accept: '*/*' }],
    ['an XHR of jQuery', { 'X-Requested-With': 'XMLHttpRequest', Accept: HTML }],
    ['an XHR that asks for https', { 'X-Requested-With': 'XMLHttpRequest', 'Upgrade-Insecure-Requests': '1' }],
    ['a client that takes JSON', { Accept: 'application/json' }],
    ['a client that takes anything', { Accept: '*/*' }],
    ['a picture', { 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image', Accept: HTML }],
    ['a prefetch', { ...NAVIGATE, 'Sec-Purpose': 'prefetch', Accept: HTML }],
    ['a prerender', { ...NAVIGATE, 'Sec-Purpose': 'prefetch;prerender', Accept: HTML }],
    ['an anonymous prefetch', { ...NAVIGATE, 'Sec-Purpose': 'prefetch;anonymous-client-ip', Accept: HTML }],
    ['a prefetch of an older Chrome', { ...NAVIGATE, Purpose: 'prefetch', Accept: HTML }],
    ['a prefetch of Firefox', { 'X-Moz': 'prefetch', Accept: HTML }],
    ['a preview of Safari', { 'X-Purpose': 'preview', Accept: HTML }],
    ['a prefetch in a frame', { ...NAVIGATE, 'Sec-Fetch-Dest': 'iframe', 'Sec-Purpose': 'Prefetch', Accept: HTML }],
  ])('%s gets 401 and the page to open, not a redirect', async (_, headers) => {
    const { origin } = await shop((guard, app) => app.use(guard({ loginPage: '/login#/me' })).use(showOpenid));
    const response = await ask(origin, '/api', headers);
    expect(response.status).toBe(401);
    expect(response.body).toEqual({ error: 'openid_required', login: `${origin}/login#/me` });
    expect(response.headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(response.headers['set-cookie']).toBeUndefined();
  });

  test.each(['post', 'put', 'delete', 'head'] as const)('%s does not start a login', async (method) => {
    const { origin } = await shop();
    const response = await request(origin)
      [method]('/p')
      .set('User-Agent', WECHAT)
      .set({ ...NAVIGATE, Accept: HTML });
    expect([response.status, response.headers['set-cookie']]).toEqual([401, undefined]);
  });

  test('a prefetch of the address that WeChat calls back exchanges no code', async () => {
    const { origin } = await shop();
    const { agent, open, begin } = phone(origin);
    const sent = await begin('/p');
    const address = sent.granted('CODE1').slice(origin.length);
    const prefetched = await agent.get(address).set({ 'User-Agent': WECHAT, 'Sec-Purpose': 'prefetch', Accept: HTML });
    expect([prefetched.status, scene.weixin.calls.length]).toEqual([401, 0]);
    expect((await open(sent.granted('CODE1'))).headers.location).toBe(`${origin}/p`);
  });

  test('a prefetch of a logged-in user gets the page', async () => {
    const { origin } = await shop();
    const { agent, open, begin } = phone(origin);
    await open((await begin('/p')).granted('CODE1'));
    const response = await agent.get('/q').set({ ...NAVIGATE, 'Sec-Purpose': 'prefetch', Accept: HTML });
    expect([response.status, response.body.openid]).toEqual([200, OPENID]);
  });
});

describe('a page inside another page', () => {
  const frames: [string, Headers][] = [
    ...['iframe', 'frame', 'embed', 'object', 'fencedframe'].map((dest): [string, Headers] => [
      `an ${dest}`,
      { ...NAVIGATE, 'Sec-Fetch-Dest': dest, Accept: HTML },
    ]),
    ['a frame of Chrome 78', { 'Sec-Fetch-Mode': 'nested-navigate', Accept: HTML }],
  ];

  test.each(frames)('%s gets a page whose link opens the whole window, and no login begins', async (_, headers) => {
    const { origin } = await shop();
    const response = await ask(origin, '/p?a=1&b=2', headers);
    expect([response.status, response.type]).toEqual([403, 'text/html']);
    expect(response.text).toContain(`<a href="${origin}/p?a=1&amp;b=2" target="_top">`);
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.headers.location).toBeUndefined();
    expect(response.headers['set-cookie']).toBeUndefined();
  });

  test('outside WeChat it is told to open the page there', async () => {
    const { origin } = await shop();
    const headers = { ...NAVIGATE, 'Sec-Fetch-Dest': 'iframe', Accept: HTML, 'User-Agent': 'Mozilla/5.0 Chrome/130' };
    const response = await ask(origin, '/p', headers);
    expect(response.text).toContain('请在微信中打开');
    expect(response.text).not.toContain('_top');
  });

  test('of a logged-in user it is the page itself', async () => {
    const { origin } = await shop();
    const { agent, open, begin } = phone(origin);
    await open((await begin('/p')).granted('CODE1'));
    const response = await agent.get('/p').set({ ...NAVIGATE, 'Sec-Fetch-Dest': 'iframe', Accept: HTML });
    expect([response.status, response.body.openid]).toEqual([200, OPENID]);
  });

  test('a login that has to begin again there gets the link too', async () => {
    scene.weixin.on('/sns/oauth2/access_token', { errcode: 40163, errmsg: 'code been used' });
    const { origin } = await shop();
    const { agent, begin } = phone(origin);
    const address = (await begin('/p?a=1')).granted('OLD').slice(origin.length);
    const headers = { ...NAVIGATE, 'User-Agent': WECHAT, 'Sec-Fetch-Dest': 'iframe', Accept: HTML };
    const response = await agent.get(address).set(headers);
    expect([response.status, response.headers.location]).toEqual([403, undefined]);
    expect(response.text).toContain(`<a href="${origin}/p?a=1" target="_top">`);
  });
});
