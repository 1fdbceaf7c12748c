import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import bodyParser from 'koa-bodyparser';
import { type MiniLogin, type WxMiniLoginOptions, wxMiniLogin } from 'koa-wxpay';
import type { Simulator } from 'koa-wxpay/simulator';
import { fakeWeixin } from '../../support/fake-weixin.js';
import { createMiniWechat, MINI, type MiniShop, miniShop } from '../../support/mini-shop.js';

const PATH = '/sns/jscode2session';

let sim: Simulator;
let shop: MiniShop;
beforeEach(async () => {
  sim = await createMiniWechat();
});
afterEach(async () => {
  await shop?.close();
  await sim.close();
});

const codeOf = (person = 'xiaoming') => sim.code({ appid: MINI.appid, person });
const exchanges = () => sim.requests.filter(({ path }) => path === PATH).length;

describe('the code of wx.login()', () => {
  test('becomes a token with an expiry, and nothing else is told', async () => {
    shop = await miniShop(sim);
    const { status, headers, body } = await shop.post('/login', { code: codeOf() });
    expect([status, Object.keys(body), body.expires_in]).toEqual([200, ['token', 'expires_in'], 7200]);
    expect(headers.get('cache-control')).toBe('no-store');
    const [person] = sim.people;
    expect(await shop.whoami(`Bearer ${body.token}`)).toMatchObject({
      status: 200,
      body: { openid: person?.openid(MINI.appid), unionid: person?.unionid },
    });
    expect(shop.errors).toEqual([]);
  });

  test.each([
    ['without a body parser', []],
    ['behind a body parser', [bodyParser()]],
  ])('is read %s', async (_, before) => {
    shop = await miniShop(sim, {}, { before: before as never[] });
    expect((await shop.post('/login', { code: codeOf() })).status).toBe(200);
  });

  test.each<[string, unknown]>([
    ['no body', undefined],
    ['no JSON', '{'],
    ['a list', '[]'],
    ['no code', {}],
    ['an empty code', { code: '' }],
    ['a code that is no text', { code: 7 }],
    ['several codes', { code: ['a', 'b'] }],
    ['a code with a blank', { code: 'a b' }],
    ['a code with a line break', { code: 'a\nb' }],
    ['a code that is too long', { code: 'x'.repeat(513) }],
  ])('%s is 400, and WeChat is not asked', async (_, body) => {
    shop = await miniShop(sim);
    expect(await shop.post('/login', body)).toMatchObject({ status: 400, body: { error: 'code_required' } });
    expect(shop.errors).toMatchObject([{ code: 'ERR_WXPAY_BAD_REQUEST' }]);
    expect(exchanges()).toBe(0);
  });

  test('a code in the query counts for nothing', async () => {
    shop = await miniShop(sim);
    expect((await shop.post(`/login?code=${codeOf()}`, {})).status).toBe(400);
  });

  test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])('%s does not log in', async (method) => {
    shop = await miniShop(sim);
    const response = await fetch(`${shop.url}/login`, { method });
    expect([response.status, response.headers.get('allow'), exchanges()]).toEqual([405, 'POST', 0]);
  });

  test('a body that is longer than any login is not read to its end', async () => {
    shop = await miniShop(sim);
    expect((await shop.post('/login', { code: 'x', more: 'y'.repeat(20_000) })).status).toBe(413);
    expect(exchanges()).toBe(0);
  });
});

describe('a code that WeChat refuses', () => {
  test.each([
    [40029, 401, 'code_invalid'],
    [40163, 401, 'code_invalid'],
    [40226, 403, 'user_blocked'],
    [45011, 429, 'too_frequent'],
    [45009, 429, 'too_frequent'],
  ])('with %i is answered with %i %s, and the reason goes to the log', async (errcode, status, error) => {
    shop = await miniShop(sim);
    sim.switches.oauth.errors[PATH] = errcode;
    const answer = await shop.post('/login', { code: codeOf() });
    expect([answer.status, answer.body, answer.headers.get('cache-control')]).toEqual([status, { error }, 'no-store']);
    expect(answer.headers.get('retry-after')).toBe(status === 429 ? '60' : null);
    expect(shop.errors).toMatchObject([{ code: 'ERR_WXPAY_API', wechatCode: `${errcode}` }]);
  });

  test('a used and an expired code, a code of another mini program and one of a login page are 401', async () => {
    shop = await miniShop(sim);
    const used = codeOf();
    await shop.post('/login', { code: used });
    const old = codeOf();
    await sim.clock.advance(300_000);
    for (const code of [used, old, sim.code({ appid: 'wx2222222222222222' }), sim.code()]) {
      expect(await shop.post('/login', { code })).toMatchObject({ status: 401, body: { error: 'code_invalid' } });
    }
  });

  test.each([
    [40013, 502],
    [40125, 502],
    [48001, 502],
  ])('with %i, which is the shop’s own mistake, it is %i without a reason', async (errcode, status) => {
    shop = await miniShop(sim);
    sim.switches.oauth.errors[PATH] = errcode;
    expect(await shop.post('/login', { code: codeOf() })).toMatchObject({ status, body: 'Bad Gateway' });
    expect(shop.errors).toMatchObject([{ wechatCode: `${errcode}`, expose: false }]);
  });

  test('a WeChat that is busy is asked once more', async () => {
    const weixin = await fakeWeixin();
    const busy = { errcode: -1, errmsg: 'system error' };
    weixin.on(PATH, busy, { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', session_key: 'c2Vzc2lvbg==' }, busy);
    shop = await miniShop(sim, { baseUrl: weixin.baseUrl });
    expect((await shop.post('/login', { code: 'c' })).status).toBe(200);
    expect(weixin.calls).toHaveLength(2);
    expect((await shop.post('/login', { code: 'c' })).status).toBe(502);
    expect(weixin.calls).toHaveLength(4);
    await weixin.close();
  });

  test.each([
    ['no openid', { session_key: 'c2Vzc2lvbg==' }],
    ['an openid of another form', { openid: 'o 1', session_key: 'c2Vzc2lvbg==' }],
    ['no session_key', { openid: 'o1' }],
    ['no JSON', { status: 200, text: '<html>' }],
  ])('%s in the answer logs nobody in', async (_, answer) => {
    const weixin = await fakeWeixin();
    weixin.on(PATH, answer);
    shop = await miniShop(sim, { baseUrl: weixin.baseUrl });
    expect((await shop.post('/login', { code: 'c' })).status).toBe(502);
    expect(shop.errors).toMatchObject([{ code: 'ERR_WXPAY_BAD_ANSWER' }]);
    expect(inspect(shop.errors, { depth: 10, showHidden: true })).not.toContain('c2Vzc2lvbg');
    await weixin.close();
  });

  test('a WeChat that cannot be reached is 502, and the code can be used afterwards', async () => {
    shop = await miniShop(sim);
    const code = codeOf();
    sim.switches.next({ api: { [PATH]: { resetBefore: true } } });
    expect((await shop.post('/login', { code })).status).toBe(502);
    expect(shop.errors).toMatchObject([{ code: 'ERR_WXPAY_TRANSPORT' }]);
    expect((await shop.post('/login', { code })).status).toBe(200);
  });
});

test('a code that arrives several times at once is exchanged once, and gives one token', async () => {
  shop = await miniShop(sim);
  sim.switches.next({ api: { [PATH]: { latency: 50 } } });
  const code = codeOf();
  const answers = await Promise.all(Array.from({ length: 8 }, () => shop.post('/login', { code })));
  const given = answers.filter(({ body }) => body.token);
  expect(given).toHaveLength(1);
  expect(answers.filter((one) => one !== given[0]).map(({ status, body }) => [status, body.error])).toEqual(
    Array.from({ length: 7 }, () => [401, 'code_invalid']),
  );
  expect(exchanges()).toBe(1);
});

describe('session_key', () => {
  test('is handed to "onLogin" only, before the answer', async () => {
    const logins: MiniLogin[] = [];
    shop = await miniShop(sim, { onLogin: async (login) => void logins.push(login) });
    const { body } = await shop.post('/login', { code: codeOf() });
    expect(logins).toEqual([
      {
        appid: MINI.appid,
        openid: sim.people[0]?.openid(MINI.appid),
        unionid: sim.people[0]?.unionid,
        session_key: expect.stringMatching(/^[\w+/]{22}==$/),
      },
    ]);
    const { session_key } = logins[0] as MiniLogin;
    const token = Buffer.from(body.token.split('.')[0], 'base64url').toString();
    expect(JSON.stringify([body, token, await shop.whoami(`Bearer ${body.token}`)])).not.toContain(session_key);
  });

  test('a login that the shop could not keep gives no token', async () => {
    shop = await miniShop(sim, {
      onLogin: async () => {
        throw Object.assign(new Error('the database is down'), { status: 503 });
      },
    });
    expect(await shop.post('/login', { code: codeOf() })).toMatchObject({ status: 503, body: 'Service Unavailable' });
  });
});

test.each<[string, object | { errcode: number; errmsg: string }]>([
  ['a refusal that repeats the request', { errcode: 40125, errmsg: `invalid secret ${MINI.secret}` }],
  ['an unknown refusal', { errcode: 40999, errmsg: 'new' }],
])('%s tells neither secret nor code', async (_, error) => {
  shop = await miniShop(sim);
  sim.switches.oauth.errors[PATH] = error as never;
  const code = codeOf();
  await shop.post('/login', { code });
  expect(shop.errors).toHaveLength(1);
  expect(inspect(shop.errors, { depth: 10, showHidden: true })).not.toMatch(new RegExp(`${MINI.secret}|${code}`));
});

test.each<[string, unknown]>([
  ['appid', 'gh_0123456789ab'],
  ['secret', ''],
  ['maxAge', 10],
  ['scope', 'two words'],
  ['onLogin', 'log'],
  ['now', 1],
  ['baseUrl', 'http://sim.example'],
])('"%s": %p is named at creation', (option, value) => {
  expect(() => wxMiniLogin({ ...MINI, [option]: value } as WxMiniLoginOptions)).toThrow(`"${option}"`);
});
