import { createHash } from 'node:crypto';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Router from '@koa/router';
import Koa, { type Middleware } from 'koa';
import request from 'supertest';
import { createJsConfig } from '../../src/client/account/js-config.js';
import { memoryTokenCache } from '../../src/client/account/memory-token-cache.js';
import { type WxJsConfigOptions, wxJsConfig } from '../../src/koa/wx-js-config.js';
import { type FakeWeixin, fakeWeixin } from '../support/fake-weixin.js';

const good = { appid: 'wx0123456789abcdef', secret: '5ecre7', origin: 'https://shop.example' };
const TOKEN = '/cgi-bin/stable_token';
const TICKET = '/cgi-bin/ticket/getticket';
const ticketOf = (ticket: string, expires_in = 7200) => ({ errcode: 0, errmsg: 'ok', ticket, expires_in });

let weixin: FakeWeixin;
let clock: number;
let errors: unknown[];

beforeEach(async () => {
  weixin = await fakeWeixin();
  weixin.on(TOKEN, { access_token: 'T0KEN', expires_in: 7200 });
  weixin.on(TICKET, ticketOf('TICKET'));
  clock = 1_700_000_000_000;
  errors = [];
});
afterEach(() => weixin.close());

function shop(options: Partial<WxJsConfigOptions> = {}) {
  const app = new Koa();
  app.on('error', (error) => errors.push(error));
  const sign = wxJsConfig({ ...good, baseUrl: weixin.baseUrl, now: () => clock, nonce: () => 'n0nce', ...options });
  const show: Middleware = (ctx) => {
    ctx.body = ctx.state.wxpay;
  };
  const router = new Router({ prefix: '/mounted' });
  router.get('/p', sign as unknown as Middleware, show);
  app
    .use((ctx, next) => {
      ctx.url = ctx.url.replace('/rewritten', '');
      ctx.state.wxpay = { openid: 'o1' };
      return next();
    })
    .use(router.routes())
    .use(sign as unknown as Middleware)
    .use(show);
  return app.callback();
}

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');
const pathsCalled = () => weixin.calls.map(({ path }) => path);

describe('wx.config', () => {
  test('gets its parameters for the address the browser shows, beside what was on the context before', async () => {
    const { body } = await request(shop()).get('/orders/7?b=%E4%B8%AD&a=1');
    expect(body).toEqual({
      openid: 'o1',
      jsConfig: {
        debug: false,
        appId: good.appid,
        timestamp: 1_700_000_000,
        nonceStr: 'n0nce',
        signature: sha1(
          'jsapi_ticket=TICKET&noncestr=n0nce&timestamp=1700000000&url=https://shop.example/orders/7?b=%E4%B8%AD&a=1',
        ),
        jsApiList: ['chooseWXPay'],
      },
    });
  });

  test('is signed for prefix and mount, never for Host', async () => {
    const server = shop({ origin: 'https://shop.example/m/', debug: true, jsApiList: ['scanQRCode'] });
    const { body } = await request(server).get('/mounted/p').set({ Host: 'evil.example', 'X-Forwarded-Host': 'evil' });
    expect(body.jsConfig).toMatchObject({
      debug: true,
      jsApiList: ['scanQRCode'],
      signature: sha1('jsapi_ticket=TICKET&noncestr=n0nce&timestamp=1700000000&url=https://shop.example/m/mounted/p'),
    });
  });

  test('is signed for the address that was asked for, whatever a mount made of it', async () => {
    const { body } = await request(shop()).get('/rewritten/p');
    expect(body.jsConfig.signature).toBe(
      sha1('jsapi_ticket=TICKET&noncestr=n0nce&timestamp=1700000000&url=https://shop.example/rewritten/p'),
    );
  });

  test('is not signed for a request target of another host', async () => {
    const { port } = await new Promise<AddressInfo>((done) => {
      const server = createServer(shop()).listen(0, '127.0.0.1', () => done(server.address() as AddressInfo));
      server.unref();
    });
    const answer = await new Promise<number | undefined>((done) => {
      get({ port, host: '127.0.0.1', path: 'http://evil.example/p', agent: false }, (res) =>
        done(res.resume().statusCode),
      );
    });
    expect(answer).toBe(400);
    expect(errors).toMatchObject([{ code: 'ERR_WXPAY_BAD_REQUEST' }]);
  });

  test('asks for the stable token by POST and for the ticket with it', async () => {
    await request(shop()).get('/');
    expect(pathsCalled()).toEqual([TOKEN, TICKET]);
    const body = { grant_type: 'client_credential', appid: good.appid, secret: good.secret };
    expect(JSON.parse(weixin.calls[0]?.body as string)).toEqual(body);
    expect(Object.fromEntries(weixin.calls[1]?.query ?? [])).toEqual({ access_token: 'T0KEN', type: 'jsapi' });
  });
});

describe('with "url", the page that asks', () => {
  const askFor = async (page: string | undefined, options: Partial<WxJsConfigOptions> = {}) => {
    const server = shop({ url: (ctx) => ctx.query.page, origins: ['https://app.example:8443'], ...options });
    return request(server)
      .get('/api/config')
      .query(page === undefined ? {} : { page });
  };
  const signedFor = (url: string) => sha1(`jsapi_ticket=TICKET&noncestr=n0nce&timestamp=1700000000&url=${url}`);

  test.each([
    ['a page of the shop itself', 'https://shop.example/', 'https://shop.example/'],
    [
      'its query, byte for byte',
      'https://shop.example/a?b=%E4%B8%AD&a=\\1',
      'https://shop.example/a?b=%E4%B8%AD&a=\\1',
    ],
    ['a listed origin', 'https://app.example:8443/shop', 'https://app.example:8443/shop'],
    [
      'a hash route, without its fragment',
      'https://app.example:8443/shop#/orders/17?x=1',
      'https://app.example:8443/shop',
    ],
    ['several fragments, without the first and what follows', 'https://shop.example/a#b#c', 'https://shop.example/a'],
  ])('is signed: %s', async (_, page, signed) => {
    const { status, body } = await askFor(page);
    expect([status, body.jsConfig.signature]).toEqual([200, signedFor(signed)]);
    expect(errors).toEqual([]);
  });

  test.each([
    ['nothing', undefined],
    ['nothing but a fragment', '#https://shop.example/'],
    ['a path', '/orders/17'],
    ['a foreign page', 'https://evil.example/'],
    ['a host that begins with ours', 'https://shop.example.evil.example/'],
    ['a host that ends with ours', 'https://evilshop.example/'],
    ['our host as a user name', 'https://shop.example@evil.example/'],
    ['our host as a user name with a slash behind it', 'https://shop.example%2f@evil.example/'],
    ['our host and a backslash', 'https://shop.example\\@evil.example/'],
    ['our origin without a path', 'https://shop.example'],
    ['our host by http', 'http://shop.example/'],
    ['our host on another port', 'https://shop.example:8443/'],
    ['the listed host without its port', 'https://app.example/'],
    ['our host in capitals, as no browser prints it', 'https://SHOP.example/'],
    ['a script', 'javascript:alert(1)//https://shop.example/'],
    ['a blank before it', ' https://shop.example/'],
    ['a line break in it', 'https://shop.example/\nx'],
    ['a character that browsers encode', 'https://shop.example/中'],
    ['an address that is too long', `https://shop.example/${'x'.repeat(2048)}`],
  ])('is not signed: %s', async (_, page) => {
    const { status, body } = await askFor(page);
    expect([status, body]).toEqual([400, { error: 'page_not_allowed' }]);
    expect(errors).toMatchObject([{ code: 'ERR_WXPAY_BAD_REQUEST', status: 400 }]);
    expect(weixin.calls).toEqual([]);
  });

  test('is not signed when it came twice', async () => {
    const { status } = await askFor(undefined, { url: () => ['https://shop.example/', 'https://shop.example/'] });
    expect(status).toBe(400);
  });

  test('is checked when it comes from the Referer, too', async () => {
    const server = shop({ url: (ctx) => ctx.get('Referer') });
    const from = (referer: string) => request(server).get('/api/config').set('Referer', referer);
    expect((await from('https://shop.example/cart')).body.jsConfig.signature).toBe(
      signedFor('https://shop.example/cart'),
    );
    expect((await from('https://evil.example/cart')).status).toBe(400);
  });

  test('may be looked up; what that throws stays an error of the shop', async () => {
    expect((await askFor(undefined, { url: async () => 'https://shop.example/x' })).status).toBe(200);
    const fails = { url: () => Promise.reject(Object.assign(new Error('no session'), { status: 503 })) };
    expect((await askFor(undefined, fails)).status).toBe(503);
  });
});

describe('without the middleware', () => {
  test('createJsConfig signs pages on its origins, and no others', async () => {
    const { origin: _, ...account } = good;
    const options = { ...account, baseUrl: weixin.baseUrl, now: () => clock, nonce: () => 'n0nce' };
    const jsConfig = createJsConfig({ ...options, origins: ['https://shop.example'] });
    expect(await jsConfig('https://shop.example/orders/17#/pay')).toEqual({
      debug: false,
      appId: good.appid,
      timestamp: 1_700_000_000,
      nonceStr: 'n0nce',
      signature: sha1('jsapi_ticket=TICKET&noncestr=n0nce&timestamp=1700000000&url=https://shop.example/orders/17'),
      jsApiList: ['chooseWXPay'],
    });
    for (const page of ['https://evil.example/', '/orders/17', '', undefined, 7]) {
      await expect(jsConfig(page as string)).rejects.toMatchObject({ code: 'ERR_WXPAY_BAD_REQUEST', status: 400 });
    }
  });

  test.each([
    [undefined],
    [[]],
    ['https://shop.example'],
    [['https://shop.example/']],
    [['https://shop.example/shop']],
    [['shop.example']],
    [['*']],
    [['ftp://shop.example']],
    [['https://SHOP.example']],
  ])('"origins": %j is refused at creation', (origins) => {
    const { origin: _, ...account } = good;
    expect(() => createJsConfig({ ...account, origins: origins as never })).toThrow('"origins"');
  });
});

describe('token and ticket', () => {
  test('are fetched once for many pages at once, and again shortly before they expire', async () => {
    const server = shop();
    await Promise.all(Array.from({ length: 20 }, (_, page) => request(server).get(`/${page}`)));
    expect(pathsCalled()).toEqual([TOKEN, TICKET]);
    clock += 7_200_000 - 300_001;
    await request(server).get('/');
    expect(weixin.calls).toHaveLength(2);
    clock += 1;
    weixin.on(TICKET, ticketOf('NEXT'));
    const { body } = await request(server).get('/');
    expect(body.jsConfig.signature).toBe(
      sha1(`jsapi_ticket=NEXT&noncestr=n0nce&timestamp=${Math.floor(clock / 1000)}&url=https://shop.example/`),
    );
    expect(pathsCalled()).toEqual([TOKEN, TICKET, TOKEN, TICKET]);
  });

  test('are shared by machines with one cache, and by no other account', async () => {
    const cache = memoryTokenCache(() => clock);
    await Promise.all([request(shop({ cache })).get('/'), request(shop({ cache })).get('/')]);
    expect(weixin.calls).toHaveLength(2);
    await request(shop({ cache, appid: 'wxfedcba9876543210' })).get('/');
    expect(weixin.calls).toHaveLength(4);
  });

  test.each([40001, 40014, 42001])('a token refused with %d is renewed once', async (errcode) => {
    weixin.on(TOKEN, { access_token: 'OLD', expires_in: 7200 }, { access_token: 'NEW', expires_in: 7200 });
    weixin.on(TICKET, ({ query }) =>
      query.get('access_token') === 'NEW' ? ticketOf('TICKET') : { errcode, errmsg: 'access_token expired' },
    );
    expect((await request(shop()).get('/')).status).toBe(200);
    expect(pathsCalled()).toEqual([TOKEN, TICKET, TOKEN, TICKET]);
    expect(weixin.calls[2]?.body).not.toContain('force_refresh');
  });

  test('a refused token that WeChat still gives out is replaced by force', async () => {
    weixin.on(TOKEN, ({ body }) => ({
      access_token: body.includes('"force_refresh":true') ? 'NEW' : 'OLD',
      expires_in: 7200,
    }));
    weixin.on(TICKET, ({ query }) =>
      query.get('access_token') === 'NEW' ? ticketOf('TICKET') : { errcode: 40001, errmsg: 'invalid credential' },
    );
    expect((await request(shop()).get('/')).status).toBe(200);
    expect(pathsCalled()).toEqual([TOKEN, TICKET, TOKEN, TOKEN, TICKET]);
  });

  test('a token that is refused again is an error, and the next page begins anew', async () => {
    weixin.on(TICKET, { errcode: 40001, errmsg: 'invalid credential' }, { errcode: 40001, errmsg: '' }, ticketOf('T'));
    const server = shop();
    expect((await request(server).get('/')).status).toBe(502);
    expect(errors).toMatchObject([{ name: 'ApiError', wechatCode: '40001' }]);
    expect((await request(server).get('/')).status).toBe(200);
  });
});

describe('bad input', () => {
  const failures: [string, string, object | 'cut', string][] = [
    ['a wrong secret', TOKEN, { errcode: 40125, errmsg: 'invalid appsecret 5ecre7' }, '40125'],
    ['an address not on the white list', TOKEN, { errcode: 40164, errmsg: 'invalid ip' }, '40164'],
    ['a cut connection', TICKET, 'cut', 'ERR_WXPAY_TRANSPORT'],
    ['a token without its life time', TOKEN, { access_token: 'T' }, 'ERR_WXPAY_BAD_ANSWER'],
    ['a ticket of the wrong kind', TICKET, { errcode: 0, ticket: 7, expires_in: 7200 }, 'ERR_WXPAY_BAD_ANSWER'],
    ['a ticket that tells the token', TICKET, { errcode: 45009, errmsg: 'T0KEN over quota' }, '45009'],
  ];
  test.each(failures)('%s at %s is a coded error without a secret', async (_, path, answer, code) => {
    weixin.on(path, answer);
    expect((await request(shop()).get('/')).status).toBe(502);
    const expected = /^\d/.test(code) ? { code: 'ERR_WXPAY_API', wechatCode: code } : { code };
    expect(errors).toMatchObject([{ ...expected, expose: false }]);
    expect(inspect(errors, { depth: 10, showHidden: true })).not.toMatch(/5ecre7|T0KEN/);
  });

  test.each<[string, unknown]>([
    ['appid', ''],
    ['secret', undefined],
    ['origin', 'shop.example'],
    ['jsApiList', 'chooseWXPay'],
    ['jsApiList', ['']],
    ['debug', 'yes'],
    ['url', '/page'],
    ['origins', ['https://shop.example/path']],
    ['cache', { get: () => null, set: () => null }],
    ['now', 1],
    ['nonce', 'n'],
    ['baseUrl', 'http://sim.example'],
  ])('"%s": %p is named at creation', (option, value) => {
    expect(() => wxJsConfig({ ...good, [option]: value } as WxJsConfigOptions)).toThrow(`"${option}"`);
  });
});
