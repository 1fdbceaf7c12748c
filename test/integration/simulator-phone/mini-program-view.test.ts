import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { jsapiParams } from '../../../src/core/v2/pay-params.js';
import { order } from '../simulator/support.js';
import { startShop, type TestShop } from './shop.js';

const MINI = { appid: 'wx1111111111111111', secret: 'm'.repeat(32) };

let sim: Simulator;
let shop: TestShop;
beforeEach(async () => {
  shop = await startShop({
    '/': (ctx) => {
      ctx.body = '<!doctype html><head></head><p>shop';
    },
  });
  sim = await createSimulator({
    apps: [{ ...MINI, kind: 'miniProgram' }],
    merchant: {
      appids: ['wx0123456789abcdef', MINI.appid],
      payDirectories: ['https://shop.example/'],
    },
    phone: { shop: shop.url },
  });
  sim.switches.notification = 'never';
});
afterEach(async () => {
  await sim.close();
  await shop.close();
});

const COOKIE = `wxsim_mini=${MINI.appid}; shop=1`;
const open = (path: string, cookie = COOKIE) =>
  fetch(sim.phoneUrl + path, { redirect: 'manual', headers: { cookie } });

async function post(path: string, body: object, cookie = COOKIE) {
  const headers = { cookie, 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(`${sim.phoneUrl}/__wechat/${path}`, init);
  return (await response.json()) as Record<string, unknown>;
}

test('the phone becomes a mini program, and WeChat’s browser again', async () => {
  const entered = await open(`/__wechat/mini-program?appid=${MINI.appid}&back=/cart`, '');
  expect([entered.status, entered.headers.get('location')]).toEqual([302, '/cart']);
  expect(entered.headers.get('set-cookie')).toContain(`wxsim_mini=${MINI.appid}; Path=/`);
  const left = await open('/__wechat/mini-program?back=//evil.example');
  expect(left.headers.get('location')).toBe('/');
  expect(left.headers.get('set-cookie')).toContain('Max-Age=0');
});

test.each(['wx0123456789abcdef', 'wx2222222222222222'])('%s is no mini program', async (appid) => {
  expect((await open(`/__wechat/mini-program?appid=${appid}`, '')).status).toBe(404);
});

test('its pages get wx in place of the bridge, and the shop sees a mini program', async () => {
  const page = await (await open('/')).text();
  expect(page).toContain('<script src="/__wechat/mini-program.js">');
  expect(page).not.toContain('bridge.js');
  const { headers } = shop.requests[0] as TestShop['requests'][number];
  expect(headers).toMatchObject({
    'user-agent': expect.stringMatching(`MicroMessenger.* miniProgram/${MINI.appid}$`),
    cookie: 'shop=1',
  });
  expect(await (await open('/', '')).text()).toContain('<script src="/__wechat/bridge.js">');
});

test('the script runs and defines wx with login, request and requestPayment', async () => {
  const script = await (await open('/__wechat/mini-program.js')).text();
  const window: Record<string, unknown> = {};
  const page = { navigator: {}, location: { href: '/' }, localStorage: {}, parent: window };
  const names = ['window', ...Object.keys(page)];
  new Function(...names, script)(window, ...Object.values(page));
  expect(window).toMatchObject({
    __wxjs_environment: 'miniprogram',
    wx: {
      login: expect.any(Function),
      request: expect.any(Function),
      requestPayment: expect.any(Function),
    },
  });
});

test('wx.login() gives a code for the openid of the person at that mini program', async () => {
  const { code } = await post('mini-program/login', {}, `${COOKIE}; wxsim_person=xiaohong`);
  const query = { ...MINI, js_code: String(code), grant_type: 'authorization_code' };
  const url = `${sim.url}/sns/jscode2session?${new URLSearchParams(query)}`;
  expect(await (await fetch(url)).json()).toMatchObject({
    openid: sim.people[1]?.openid(MINI.appid),
  });
  expect(await post('mini-program/login', {}, '')).toMatchObject({ errMsg: 'login:fail' });
});

test('wx.requestPayment pays with the appid of the mini program, from no directory', async () => {
  const openid = sim.people[0]?.openid(MINI.appid) as string;
  const placed = await order(sim, { appid: MINI.appid, openid });
  const { mchid, key } = sim.merchant;
  const { appId: _, ...params } = jsapiParams(
    { appid: MINI.appid, mchid, keys: [key], signType: 'MD5', acceptSignTypes: [] },
    String(placed.get('prepay_id')),
    { timestamp: 1414561699, nonce: 'n0nce' },
  );
  const body = { params, page: `${sim.phoneUrl}/cart` };
  expect(await post('cashier/ask', body)).toMatchObject({ sheet: { payer_total: 1990 } });
  expect(await post('cashier/pay', body, 'shop=1')).toMatchObject({
    err_desc: '调用支付JSAPI缺少参数：appId',
  });
  expect(await post('cashier/pay', body)).toEqual({ err_msg: 'get_brand_wcpay_request:ok' });
  expect(sim.order('SHOP00A17')).toMatchObject({ appid: MINI.appid, trade_state: 'SUCCESS' });
});
