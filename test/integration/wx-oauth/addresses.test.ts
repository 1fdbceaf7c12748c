import { describe, expect, test } from '@jest/globals';
import NewRouter from '@koa/router';
import Router from 'koa-router';
import request from 'supertest';
import {
  APPID,
  HTML,
  OPENID,
  phone,
  raw,
  scene,
  sentToWechat,
  shop,
  showOpenid,
  WECHAT,
} from '../../support/oauth-shop.js';

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
    expect(scene.weixin.calls).toHaveLength(0);
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
