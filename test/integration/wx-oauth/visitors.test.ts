import { describe, expect, test } from '@jest/globals';
import type { Context } from 'koa';
import { APPID, granted, OPENID, phone, scene, shop, showOpenid, TOKEN, WECHAT } from '../../support/oauth-shop.js';

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
    scene.weixin.on(TOKEN, { ...granted, is_snapshotuser: 1 });
    for (const response of [
      await open((await begin('/p')).denied),
      await phone(origin, 'Mozilla/5.0 Chrome/130').open('/p'),
      await open((await begin('/p')).granted('CODE1')),
    ]) {
      expect([response.status, response.body]).toEqual([403, { address: `${origin}/p` }]);
    }
  });

  test.each([1, '1', true])('a snapshot user (is_snapshotuser: %p) is no identity', async (is_snapshotuser) => {
    scene.weixin.on(TOKEN, { ...granted, is_snapshotuser });
    const { origin } = await shop((guard, app) => app.use(guard({ scope: 'snsapi_userinfo' })).use(showOpenid));
    const { open, begin } = phone(origin);
    const response = await open((await begin('/p')).granted('CODE1'));
    expect(response.status).toBe(403);
    expect(response.text).toContain('使用完整服务');
    expect(String(response.headers['set-cookie'])).not.toContain(`wxpay_${APPID}=`);
    expect((await open('/p')).status).toBe(302);
    expect(scene.weixin.calls).toHaveLength(1);
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

  test('an XHR of a logged-in page gets the openid', async () => {
    const { origin } = await shop();
    const { agent, open, begin } = phone(origin);
    await open((await begin('/p')).granted('CODE1'));
    const response = await agent.post('/api').set('Accept', 'application/json');
    expect([response.status, response.body.openid]).toEqual([200, OPENID]);
  });
});
