import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import NewRouter from '@koa/router';
import Koa, { type Context, type Middleware } from 'koa';
import Router from 'koa-router';
import request from 'supertest';
import { type OAuthIdentity, type WxOAuthOptions, wxOAuth } from '../../src/koa/wx-oauth.js';
import { type FakeWeixin, fakeWeixin } from '../support/fake-weixin.js';

const APPID = 'wx0123456789abcdef';
const SECRET = '5ecre75ecre75ecre75ecre75ecre75e';
const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o';
const TOKEN = '/sns/oauth2/access_token';
const WECHAT = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 MicroMessenger/8.0.49.2600(0x28003137) WeChat/arm64';
const HTML = 'text/html,application/xhtml+xml';
const granted = { access_token: 'T0KEN', expires_in: 7200, refresh_token: 'R', openid: OPENID, scope: 'snsapi_base' };

let weixin: FakeWeixin;
let servers: Server[];
let errors: unknown[];
let clock: number;

beforeEach(async () => {
  weixin = await fakeWeixin();
  weixin.on(TOKEN, granted);
  servers = [];
  errors = [];
  clock = 1_700_000_000_000;
});

afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await weixin.close();
});

const showOpenid: Middleware = (ctx) => {
  ctx.body = { openid: ctx.state.wxpay.openid, user: ctx.state.wxpay.user, query: ctx.querystring };
};

type Build = (guard: (options?: Partial<WxOAuthOptions>) => Middleware, app: Koa) => void;

/** An app whose `origin` is the address it really listens on. */
async function shop(build: Build = (guard, app) => app.use(guard()).use(showOpenid), keys: string[] | null = ['k']) {
  const app = new Koa();
  if (keys) app.keys = keys;
  app.on('error', (error) => errors.push(error));
  const server = createServer((req, res) => void handle(req, res));
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const guard = (options: Partial<WxOAuthOptions> = {}) =>
    wxOAuth({
      appid: APPID,
      secret: SECRET,
      origin,
      baseUrl: weixin.baseUrl,
      now: () => clock,
      ...options,
    }) as unknown as Middleware;
  build(guard, app);
  const handle = app.callback();
  return { origin, server };
}

/** A phone with WeChat: keeps cookies, sends what its WebView sends, stands where it was sent. */
function phone(origin: string, userAgent = WECHAT) {
  const agent = request.agent(origin);
  const open = (address: string) => {
    const path = address.startsWith(origin) ? address.slice(origin.length) : address;
    return agent.get(path).set('User-Agent', userAgent).set('Accept', HTML).set('X-Requested-With', 'com.tencent.mm');
  };
  /** Opens a page and answers with where WeChat would send the browser for this code. */
  const begin = async (path: string) => {
    const response = await open(path);
    expect(response.status).toBe(302);
    return sentToWechat(response.headers.location as string);
  };
  return { agent, open, begin };
}

function sentToWechat(location: string) {
  expect(location).toMatch(/#wechat_redirect$/);
  const url = new URL(location);
  const redirect_uri = url.searchParams.get('redirect_uri') as string;
  const state = url.searchParams.get('state') as string;
  const glue = redirect_uri.includes('?') ? '&' : '?';
  return {
    location,
    redirect_uri,
    state,
    granted: (code: string) => `${redirect_uri}${glue}code=${code}&state=${state}`,
    denied: `${redirect_uri}${glue}state=${state}`,
  };
}

describe('the way to an openid', () => {
  test('a page without a session goes to WeChat with the parameters in the documented order and the page as redirect_uri', async () => {
    const { origin } = await shop();
    const response = await phone(origin).open('/orders/7/pay?coupon=A%2fb&x=');
    expect(response.status).toBe(302);
    expect(response.headers.location).toMatch(
      new RegExp(
        `^https://open\\.weixin\\.qq\\.com/connect/oauth2/authorize\\?appid=${APPID}&redirect_uri=[^&]+&response_type=code&scope=snsapi_base&state=[0-9a-f]{48}#wechat_redirect$`,
      ),
    );
    expect(sentToWechat(response.headers.location as string).redirect_uri).toBe(
      `${origin}/orders/7/pay?coupon=A%2fb&x=`,
    );
    expect(response.headers['cache-control']).toBe('no-store');
  });

  test('the callback ends at the clean address, and there the openid is on the context', async () => {
    const { origin } = await shop();
    const { open, begin } = phone(origin);
    const back = await open((await begin('/orders/7/pay?b=%E4%B8%AD&a=1&a=2&&x')).granted('CODE1'));
    expect(back.status).toBe(302);
    expect(back.headers.location).toBe(`${origin}/orders/7/pay?b=%E4%B8%AD&a=1&a=2&&x`);
    expect(back.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect((await open(back.headers.location as string)).body.openid).toBe(OPENID);
    expect(Object.fromEntries(weixin.calls[0]?.query ?? [])).toEqual({
      appid: APPID,
      secret: SECRET,
      code: 'CODE1',
      grant_type: 'authorization_code',
    });
  });

  test('the cookies are HttpOnly and SameSite=Lax, and hold neither secret nor code nor token', async () => {
    const { origin } = await shop();
    const { open, begin } = phone(origin);
    const sent = await begin('/p');
    const back = await open(sent.granted('CODE1'));
    for (const cookie of back.headers['set-cookie'] as unknown as string[]) {
      expect(cookie).toMatch(/; HttpOnly; SameSite=Lax$/);
      expect(Buffer.from(cookie.split(/[=.]/)[1] as string, 'base64url').toString()).not.toMatch(/5ecre7|CODE1|T0KEN/);
    }
  });

  test("a page keeps parameters of its own that are called code and state, which WeChat's would otherwise repeat", async () => {
    const { origin } = await shop();
    const { open, begin } = phone(origin);
    const sent = await begin('/buy?code=SUMMER&id=1&state=d41d8cd98f00b204e9800998ecf8427e');
    expect(sent.redirect_uri).toBe(`${origin}/buy?id=1`);
    const back = await open(sent.granted('CODE1'));
    expect(back.headers.location).toBe(`${origin}/buy?code=SUMMER&id=1&state=d41d8cd98f00b204e9800998ecf8427e`);
    const page = await open(back.headers.location as string);
    expect(page.body).toMatchObject({ openid: OPENID, query: expect.stringContaining('code=SUMMER') });
  });

  test('snsapi_userinfo puts the profile on the context of every later page', async () => {
    weixin.on('/sns/userinfo', {
      openid: OPENID,
      nickname: '小明🌞',
      sex: 0,
      headimgurl: 'https://x/0',
      unionid: 'u1',
    });
    const { origin } = await shop((guard, app) => app.use(guard({ scope: 'snsapi_userinfo' })).use(showOpenid));
    const { open, begin } = phone(origin);
    const back = await open((await begin('/p')).granted('CODE1'));
    expect((await open(back.headers.location as string)).body.user).toEqual({
      openid: OPENID,
      nickname: '小明🌞',
      headimgurl: 'https://x/0',
      sex: 0,
      province: '',
      city: '',
      country: '',
      unionid: 'u1',
    });
  });

  test('a page that needs a profile asks a user who is known by openid only, on the same path too', async () => {
    weixin.on('/sns/userinfo', { openid: OPENID, nickname: 'n' });
    const { origin } = await shop((guard, app) =>
      app
        .use(guard())
        .use(guard({ scope: 'snsapi_userinfo' }))
        .use(showOpenid),
    );
    const { open, begin } = phone(origin);
    await open((await begin('/p')).granted('CODE1'));
    const second = await begin('/p');
    expect(second.location).toContain('scope=snsapi_userinfo');
    const back = await open(second.granted('CODE2'));
    expect((await open(back.headers.location as string)).body.user.nickname).toBe('n');
  });

  test('two accounts guard one page, each taking its own callback', async () => {
    const { origin } = await shop((guard, app) =>
      app
        .use(guard())
        .use(guard({ appid: 'wxfedcba9876543210' }))
        .use(showOpenid),
    );
    weixin.on(TOKEN, ({ query }) => ({ ...granted, openid: `o-${query.get('appid')}` }));
    const { open, begin } = phone(origin);
    await open((await begin('/p')).granted('CODE1'));
    const second = await begin('/p');
    expect(second.location).toContain('appid=wxfedcba9876543210');
    await open(second.granted('CODE2'));
    expect((await open('/p')).body.openid).toBe('o-wxfedcba9876543210');
  });
});

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
    clock += 43_199_999;
    expect((await open('/p')).status).toBe(200);
    clock += 1;
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
    expect(weixin.calls).toHaveLength(3);
  });

  test('without app.keys the first request fails with an error that says what to set', async () => {
    const { origin } = await shop(undefined, null);
    expect((await phone(origin).open('/p')).status).toBe(500);
    expect(errors[0]).toMatchObject({ code: 'ERR_WXPAY_MOUNT', message: expect.stringContaining('app.keys') });
  });

  test.each([[['k', '']], [['', 'k']], [['k', undefined as never]], [[]]])(
    'an empty key signs for everybody, wherever it stands: %j is refused',
    async (keys) => {
      const { origin } = await shop(undefined, keys);
      expect((await phone(origin).open('/p')).status).toBe(500);
      expect(errors[0]).toMatchObject({ code: 'ERR_WXPAY_MOUNT', message: expect.stringContaining('app.keys') });
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

describe('state', () => {
  test('another browser that brings a valid state is refused, and offered to start again', async () => {
    const { origin } = await shop();
    const sent = await phone(origin).begin('/p?a=1');
    const victim = await phone(origin).open(sent.granted('ATTACKERS'));
    expect(victim.status).toBe(403);
    expect(victim.type).toBe('text/html');
    expect(victim.text).toContain(`href="${origin}/p?a=1"`);
    expect(victim.headers['set-cookie']).toBeUndefined();
    expect(weixin.calls).toHaveLength(0);
  });

  test('a state is exchanged once: going back to its address starts a fresh authorization', async () => {
    const { origin } = await shop((guard, app) =>
      app.use(guard({ session: { get: () => null, set: () => undefined } })).use(showOpenid),
    );
    const { open, begin } = phone(origin);
    const sent = await begin('/p');
    await open(sent.granted('CODE1'));
    const again = sentToWechat((await open(sent.granted('CODE2'))).headers.location as string);
    expect(again.state).not.toBe(sent.state);
    expect(weixin.calls).toHaveLength(1);
  });

  test('a state is spent before its code is exchanged: when no answer came, it is not exchanged a second time', async () => {
    weixin.on(TOKEN, 'cut', granted);
    const { origin } = await shop();
    const { open, begin } = phone(origin);
    const sent = await begin('/p');
    expect((await open(sent.granted('CODE1'))).status).toBe(502);
    const again = sentToWechat((await open(sent.granted('CODE1'))).headers.location as string);
    expect(again.state).not.toBe(sent.state);
    expect(weixin.calls).toHaveLength(1);
    expect((await open(again.granted('CODE2'))).headers.location).toBe(`${origin}/p`);
  });

  test('a state is good for ten minutes; after that the same browser starts again by itself', async () => {
    const { origin } = await shop();
    const { open, begin } = phone(origin);
    const [first, second] = [await begin('/p'), await begin('/q')];
    clock += 600_000;
    expect((await open(first.granted('CODE1'))).headers.location).toBe(`${origin}/p`);
    const late = phone(origin);
    const sent = await late.begin('/p');
    clock += 600_001;
    const again = sentToWechat((await late.open(sent.granted('CODE2'))).headers.location as string);
    expect(again.redirect_uri).toBe(`${origin}/p`);
    expect(weixin.calls).toHaveLength(1);
    expect(second.state).not.toBe(first.state);
  });

  test('ten pages opened at once all come back; the eleventh takes the place of the first', async () => {
    const { origin } = await shop((guard, app) =>
      app.use(guard({ session: { get: () => null, set: () => undefined } })).use(showOpenid),
    );
    const { open, begin } = phone(origin);
    const sent = [];
    for (let page = 0; page < 11; page++) {
      clock += 1;
      sent.push(await begin(`/p${page}`));
    }
    expect((await open(sent[0]?.granted('C') as string)).status).toBe(403);
    for (let page = 1; page < 11; page++) {
      const back = await open(sent[page]?.granted(`C${page}`) as string);
      expect(back.headers.location).toBe(`${origin}/p${page}`);
    }
  });

  test('long addresses under way never fill the header line that proxies refuse', async () => {
    const { origin } = await shop();
    const { agent, open } = phone(origin);
    for (let page = 0; page < 12; page++) await open(`/p${page}?${'x'.repeat(1_500)}`);
    const jar = (agent as unknown as { jar: { getCookies(a: object): { toValueString(): string }[] } }).jar;
    const line = jar.getCookies({ domain: '127.0.0.1', path: '/', secure: false, script: false });
    expect(line.map((one) => one.toValueString()).join('; ').length).toBeLessThan(5_000);
  });
});

describe('WeChat calls back twice', () => {
  test('the second callback of a logged-in browser goes to the page, without another exchange', async () => {
    const { origin } = await shop();
    const { open, begin } = phone(origin);
    const sent = await begin('/p?code=MINE');
    expect((await open(sent.granted('CODE1'))).headers.location).toBe(`${origin}/p?code=MINE`);
    expect((await open(sent.granted('CODE2'))).headers.location).toBe(`${origin}/p?code=MINE`);
    expect((await open(sent.granted('CODE1'))).headers.location).toBe(`${origin}/p?code=MINE`);
    expect(weixin.calls).toHaveLength(1);
  });

  test('two codes with one state at the same moment share one exchange, and both log in', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((done) => {
      release = done;
    });
    const arrived = new Promise<void>((done) => {
      weixin.on(TOKEN, async () => {
        done();
        await held;
        return granted;
      });
    });
    const { origin, server } = await shop();
    const { open, begin } = phone(origin);
    const sent = await begin('/p');
    const first = open(sent.granted('CODE1')).then((response) => response);
    await arrived;
    const joined = new Promise<void>((done) => server.once('request', () => done()));
    const second = open(sent.granted('CODE2')).then((response) => response);
    await joined;
    release();
    for (const response of [await first, await second]) {
      expect(response.headers.location).toBe(`${origin}/p`);
      expect(String(response.headers['set-cookie'])).toContain(`wxpay_${APPID}=`);
    }
    expect(weixin.calls).toHaveLength(1);
  });

  test.each([40163, 40029, 42003])('a code WeChat refuses with %d asks for a fresh one', async (errcode) => {
    weixin.on(TOKEN, { errcode, errmsg: 'code been used, rid: 1-2-3' }, granted);
    const { origin } = await shop();
    const { open, begin } = phone(origin);
    const again = sentToWechat((await open((await begin('/p?x=1')).granted('OLD'))).headers.location as string);
    expect(again.redirect_uri).toBe(`${origin}/p?x=1`);
    expect((await open(again.granted('NEW'))).headers.location).toBe(`${origin}/p?x=1`);
    expect(errors).toEqual([]);
  });

  test('codes that are always refused end after two fresh ones on a page that says what to do', async () => {
    weixin.on(TOKEN, { errcode: 40029, errmsg: 'invalid code' });
    const { origin } = await shop();
    const { open, begin } = phone(origin);
    let response = await open((await begin('/p')).granted('C0'));
    for (let round = 1; round <= 2; round++) {
      response = await open(sentToWechat(response.headers.location as string).granted(`C${round}`));
    }
    expect(response.status).toBe(403);
    expect(response.text).toContain(`href="${origin}/p"`);
    expect(weixin.calls).toHaveLength(3);
  });
});

describe('a user who cannot be identified', () => {
  test('a denial gets a page with a link to try again, and the link works', async () => {
    const { origin } = await shop();
    const { open, begin } = phone(origin);
    const denied = await open((await begin('/p?a=1&b=2')).denied);
    expect(denied.status).toBe(403);
    expect(denied.text).toContain('授权');
    expect(denied.text).toContain(`href="${origin}/p?a=1&amp;b=2"`);
    await begin('/p?a=1&b=2');
  });

  test('onDenied, onOutsideWechat and onSnapshot take the place of the pages, with the address to try again', async () => {
    const hook = (ctx: Context, { address }: { address: string }) => {
      ctx.body = { address };
    };
    const hooks = { onDenied: hook, onOutsideWechat: hook, onSnapshot: hook };
    const { origin } = await shop((guard, app) => app.use(guard(hooks)).use(showOpenid));
    const { open, begin } = phone(origin);
    weixin.on(TOKEN, { ...granted, is_snapshotuser: 1 });
    for (const response of [
      await open((await begin('/p')).denied),
      await phone(origin, 'Mozilla/5.0 Chrome/130').open('/p'),
      await open((await begin('/p')).granted('CODE1')),
    ]) {
      expect([response.status, response.body]).toEqual([403, { address: `${origin}/p` }]);
    }
  });

  test.each([1, '1', true])('a snapshot user (is_snapshotuser: %p) is no identity', async (is_snapshotuser) => {
    weixin.on(TOKEN, { ...granted, is_snapshotuser });
    const { origin } = await shop((guard, app) => app.use(guard({ scope: 'snsapi_userinfo' })).use(showOpenid));
    const { open, begin } = phone(origin);
    const response = await open((await begin('/p')).granted('CODE1'));
    expect(response.status).toBe(403);
    expect(response.text).toContain('使用完整服务');
    expect(String(response.headers['set-cookie'])).not.toContain(`wxpay_${APPID}=`);
    expect((await open('/p')).status).toBe(302);
    expect(weixin.calls).toHaveLength(1);
  });

  test.each([
    ['a desktop browser', 'Mozilla/5.0 (X11; Linux x86_64) Chrome/130'],
    ['WeCom', `${WECHAT} wxwork/4.1.0`],
    ['no user-agent', ''],
  ])('%s is told to open the page in WeChat', async (_, userAgent) => {
    const { origin } = await shop();
    const response = await phone(origin, userAgent).open('/p?a=1');
    expect(response.status).toBe(403);
    expect(response.text).toContain('微信');
    expect(response.text).toContain(`${origin}/p?a=1`);
    expect(response.headers['set-cookie']).toBeUndefined();
  });

  test.each<[string, Record<string, string>]>([
    ['fetch()', { 'Sec-Fetch-Mode': 'cors', Accept: HTML }],
    ['an XHR of jQuery', { 'X-Requested-With': 'XMLHttpRequest', Accept: HTML }],
    ['a client that takes JSON', { Accept: 'application/json' }],
    ['a client that takes anything', { Accept: '*/*' }],
  ])('%s gets 401 and the page to open, not a redirect', async (_, headers) => {
    const { origin } = await shop((guard, app) => app.use(guard({ loginPage: '/login#/me' })).use(showOpenid));
    const response = await request(origin).get('/api').set('User-Agent', WECHAT).set(headers);
    expect(response.status).toBe(401);
    expect(response.body).toEqual({ error: 'openid_required', login: `${origin}/login#/me` });
    expect(response.headers).toMatchObject({ 'cache-control': 'no-store' });
  });

  test.each(['post', 'put', 'delete', 'head'] as const)('%s does not start a login', async (method) => {
    const { origin } = await shop();
    const response = await request(origin)[method]('/p').set('User-Agent', WECHAT).set('Accept', HTML);
    expect(response.status).toBe(401);
  });

  test('an XHR of a logged-in page gets the openid', async () => {
    const { origin } = await shop();
    const { agent, open, begin } = phone(origin);
    await open((await begin('/p')).granted('CODE1'));
    const response = await agent.post('/api').set('Accept', 'application/json');
    expect([response.status, response.body.openid]).toEqual([200, OPENID]);
  });
});

describe('WeChat that gives no openid', () => {
  const refusals: [string, object | 'cut', number, string][] = [
    ['a wrong secret', { errcode: 40125, errmsg: `invalid appsecret ${SECRET}` }, 502, '40125'],
    ['a busy system, twice', { errcode: -1, errmsg: 'system error' }, 502, '-1'],
    ['a cut connection', 'cut', 502, 'ERR_WXPAY_TRANSPORT'],
    ['a status of 503', { status: 503, text: 'down' }, 502, 'ERR_WXPAY_TRANSPORT'],
    ['a redirect', { status: 302, text: JSON.stringify(granted) }, 502, 'ERR_WXPAY_BAD_ANSWER'],
    ['no JSON', { status: 200, text: `<html>${SECRET}` }, 502, 'ERR_WXPAY_BAD_ANSWER'],
    ['no openid', { access_token: 'T0KEN' }, 502, 'ERR_WXPAY_BAD_ANSWER'],
    ['an openid that is none', { ...granted, openid: '<script>' }, 502, 'ERR_WXPAY_BAD_ANSWER'],
    ['more than 64 KiB', { status: 200, text: ' '.repeat(70_000) }, 502, 'ERR_WXPAY_TRANSPORT'],
  ];
  test.each(refusals)(
    '%s is an error that keeps its reason from the browser, and every secret from the log',
    async (_, answer, status, code) => {
      weixin.on(TOKEN, answer);
      const { origin } = await shop();
      const { open, begin } = phone(origin);
      const response = await open((await begin('/p')).granted('C0DE'));
      expect(response.status).toBe(status);
      expect(response.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
      expect(response.text).toBe('Bad Gateway');
      expect(errors).toMatchObject([{ code, expose: false }]);
      expect(inspect(errors, { depth: 10, showHidden: true })).not.toMatch(
        /5ecre7|C0DE|T0KEN|sns\/oauth2\/access_token\?/,
      );
    },
  );

  test('a busy system is asked once more', async () => {
    weixin.on(TOKEN, { errcode: -1, errmsg: 'system error' }, granted);
    const { origin } = await shop();
    const { open, begin } = phone(origin);
    expect((await open((await begin('/p')).granted('C'))).headers.location).toBe(`${origin}/p`);
  });

  test('a profile of another openid is not believed', async () => {
    weixin.on('/sns/userinfo', { openid: 'oSomebodyElse', nickname: 'n' });
    const { origin } = await shop((guard, app) => app.use(guard({ scope: 'snsapi_userinfo' })).use(showOpenid));
    const { open, begin } = phone(origin);
    expect((await open((await begin('/p')).granted('C'))).status).toBe(502);
    expect((await open('/p')).status).toBe(302);
  });
});

describe('addresses', () => {
  test.each([
    ['two codes', 'code=a&code=b'],
    ['two codes, one in disguise', 'code=a&%63ode=b'],
    ['two states', 'code=a&state=x'],
    ['an endless code', `code=${'a'.repeat(513)}`],
    ['a blank in the code', 'code=a%20b'],
  ])('a callback with %s is refused with 400', async (_, query) => {
    const { origin } = await shop();
    const { open, begin } = phone(origin);
    const { state } = await begin('/p');
    expect((await open(`/p?${query}&state=${state}`)).status).toBe(400);
    expect(weixin.calls).toHaveLength(0);
  });

  test.each([
    ['absolute', 'http://evil.example/p'],
    ['of another host', '//evil.example/p'],
    ['with a backslash', '/\\evil.example'],
    ['that resolves to another host', '/.//evil.example'],
    ['of 2049 characters', `/${'x'.repeat(2_048)}`],
    ['without a path', '*'],
  ])('a request target %s is refused with 400', async (_, target) => {
    const { server } = await shop();
    expect((await raw(server, target)).status).toBe(400);
  });

  test('an absolute request target is refused with 400 for a logged-in user too', async () => {
    const session = { get: () => ({ appid: APPID, openid: OPENID }), set: () => undefined };
    const { server } = await shop((guard, app) => app.use(guard({ session })).use(showOpenid));
    expect((await raw(server, '/p')).status).toBe(200);
    expect((await raw(server, 'http://evil.example/p')).status).toBe(400);
  });

  test('an address is escaped where a page shows it', async () => {
    const { server, origin } = await shop();
    const { text } = await raw(server, '/p?<script>&"\'', 'Mozilla/5.0');
    expect(text).toContain(`href="${origin}/p?&lt;script&gt;&amp;&quot;&#39;"`);
    expect(text).not.toContain('<script');
  });

  test('Host and X-Forwarded-* have no say in where WeChat sends the user', async () => {
    const { origin } = await shop();
    const response = await request(origin)
      .get('/p')
      .set({ Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https' })
      .set({ 'User-Agent': WECHAT, Accept: HTML });
    expect(sentToWechat(response.headers.location as string).redirect_uri).toBe(`${origin}/p`);
  });

  test('behind a proxy that ends TLS and takes a prefix away, cookies are Secure and addresses carry the prefix', async () => {
    const { origin } = await shop((guard, app) => app.use(guard({ origin: 'https://shop.example/m' })).use(showOpenid));
    const headers = { 'User-Agent': WECHAT, Accept: HTML };
    const first = await request(origin).get('/p?a=1').set(headers);
    const cookie = String(first.headers['set-cookie']);
    expect(cookie).toMatch(/^__Host-wxpay_\w+=[\w.-]+; Max-Age=1200; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
    const sent = sentToWechat(first.headers.location as string);
    expect(sent.redirect_uri).toBe('https://shop.example/m/p?a=1');
    const back = await request(origin)
      .get(`/p?a=1&code=C&state=${sent.state}`)
      .set({ ...headers, Cookie: cookie.split(';')[0] as string });
    expect(back.headers.location).toBe('https://shop.example/m/p?a=1');
  });

  test.each([
    ['koa-router', () => new Router({ prefix: '/shop' })],
    ['@koa/router', () => new NewRouter({ prefix: '/shop' })],
  ])('under a prefix of %s the page is found again', async (_, create) => {
    const { origin } = await shop((guard, app) => {
      const router = create() as Router;
      router.get('/orders/:id/pay', guard(), (ctx) => {
        ctx.body = `${ctx.params.id} ${ctx.state.wxpay.openid}`;
      });
      app.use(router.routes());
    });
    const { open, begin } = phone(origin);
    const back = await open((await begin('/shop/orders/7/pay?a=1')).granted('C'));
    expect(back.headers.location).toBe(`${origin}/shop/orders/7/pay?a=1`);
    expect((await open(back.headers.location as string)).text).toBe(`7 ${OPENID}`);
  });

  test('under a mount that rewrites ctx.url the address is still the one the browser asked for', async () => {
    const { origin } = await shop((guard, app) => {
      app.use((ctx, next) => {
        ctx.url = ctx.url.replace(/^\/mounted/, '');
        return next();
      });
      app.use(guard()).use(showOpenid);
    });
    const { open, begin } = phone(origin);
    const back = await open((await begin('/mounted/p?a=1')).granted('C'));
    expect(back.headers.location).toBe(`${origin}/mounted/p?a=1`);
    expect((await open(back.headers.location as string)).body.openid).toBe(OPENID);
  });

  test('what an earlier middleware put on ctx.state.wxpay stays', async () => {
    const { origin } = await shop((guard, app) => {
      app.use((ctx, next) => {
        ctx.state.wxpay = { before: 1 };
        return next();
      });
      app.use(guard({ session: { get: () => ({ appid: APPID, openid: OPENID }), set: () => undefined } }));
      app.use((ctx) => {
        ctx.body = ctx.state.wxpay;
      });
    });
    expect((await phone(origin).open('/p?openid=oForged')).body).toEqual({ before: 1, openid: OPENID });
  });
});

/** A request line no client library would send. */
async function raw(server: Server, target: string, userAgent = WECHAT): Promise<{ status: number; text: string }> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(
    `GET ${target} HTTP/1.1\r\nHost: x\r\nUser-Agent: ${userAgent}\r\nAccept: text/html\r\nConnection: close\r\n\r\n`,
  );
  let text = '';
  for await (const chunk of socket) text += chunk;
  return { status: Number(text.split(' ')[1]), text };
}
