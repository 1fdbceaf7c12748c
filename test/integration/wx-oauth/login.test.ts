import { describe, expect, test } from '@jest/globals';
import {
  APPID,
  granted,
  OPENID,
  phone,
  SECRET,
  scene,
  sentToWechat,
  shop,
  showOpenid,
  TOKEN,
} from '../../support/oauth-shop.js';

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
    expect(Object.fromEntries(scene.weixin.calls[0]?.query ?? [])).toEqual({
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
    scene.weixin.on('/sns/userinfo', {
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
    scene.weixin.on('/sns/userinfo', { openid: OPENID, nickname: 'n' });
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
    scene.weixin.on(TOKEN, ({ query }) => ({ ...granted, openid: `o-${query.get('appid')}` }));
    const { open, begin } = phone(origin);
    await open((await begin('/p')).granted('CODE1'));
    const second = await begin('/p');
    expect(second.location).toContain('appid=wxfedcba9876543210');
    await open(second.granted('CODE2'));
    expect((await open('/p')).body.openid).toBe('o-wxfedcba9876543210');
  });
});
