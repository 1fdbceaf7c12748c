import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { granted, phone, SECRET, scene, shop, showOpenid, TOKEN } from '../../support/oauth-shop.js';

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
      scene.weixin.on(TOKEN, answer);
      const { origin } = await shop();
      const { open, begin } = phone(origin);
      const response = await open((await begin('/p')).granted('C0DE'));
      expect(response.status).toBe(status);
      expect(response.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
      expect(response.text).toBe('Bad Gateway');
      const expected = code.startsWith('ERR_') ? { code } : { code: 'ERR_WXPAY_API', wechatCode: code };
      expect(scene.errors).toMatchObject([{ ...expected, expose: false }]);
      expect(inspect(scene.errors, { depth: 10, showHidden: true })).not.toMatch(
        /5ecre7|C0DE|T0KEN|sns\/oauth2\/access_token\?/,
      );
    },
  );

  test('a busy system is asked once more', async () => {
    scene.weixin.on(TOKEN, { errcode: -1, errmsg: 'system error' }, granted);
    const { origin } = await shop();
    const { open, begin } = phone(origin);
    expect((await open((await begin('/p')).granted('C'))).headers.location).toBe(`${origin}/p`);
  });

  test('a profile of another openid is not believed', async () => {
    scene.weixin.on('/sns/userinfo', { openid: 'oSomebodyElse', nickname: 'n' });
    const { origin } = await shop((guard, app) => app.use(guard({ scope: 'snsapi_userinfo' })).use(showOpenid));
    const { open, begin } = phone(origin);
    expect((await open((await begin('/p')).granted('C'))).status).toBe(502);
    expect((await open('/p')).status).toBe(302);
  });
});
