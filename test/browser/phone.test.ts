import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { sha1Hex } from '../../src/core/crypto/digest.js';
import type { JsapiParams } from '../../src/core/vocabulary.js';
import { createSimulator, type Simulator } from '../../src/simulator/index.js';
import { payPage, placeOrder, startShop, type TestShop } from '../integration/simulator-phone/shop.js';
import { launchChromium, newContext } from '../support/browser.js';
import { describeWith } from '../support/needs.js';

const ATTACK = '<img src=x onerror="window.attacked=1">茶';

describeWith(['chromium'], 'a plain browser on the phone', () => {
  let browser: Browser;
  let sim: Simulator;
  let shop: TestShop;
  let context: BrowserContext;
  let page: Page;
  let params: JsapiParams;
  let count = 0;

  beforeAll(async () => {
    browser = await launchChromium();
    sim = await createSimulator();
    shop = await startShop({
      '/pay': (ctx) => {
        ctx.type = 'html';
        ctx.body = payPage(params);
      },
      '/strict': (ctx) => {
        ctx.type = 'html';
        ctx.set('content-security-policy', "default-src 'none'; script-src 'nonce-r4nd0m'");
        ctx.body = payPage(params)
          .replace('<script>', '<script nonce="r4nd0m">')
          .replace('<button onclick="pay()">', '<button>')
          .replace('</body>', '<script nonce="r4nd0m">document.querySelector("button").onclick = pay</script></body>');
      },
      '/back': (ctx) => {
        ctx.type = 'html';
        ctx.body = `<!doctype html><p id="query">${ctx.querystring.replaceAll('&', '&amp;')}</p>`;
      },
      '/sdk': (ctx) => {
        ctx.type = 'html';
        ctx.body = sdkPage(String(ctx.query.ticket), `${sim.phoneUrl}${ctx.url}`);
      },
    });
    sim.phone.shop = shop.url;
  });
  afterAll(async () => {
    await browser?.close();
    await shop?.close();
    await sim?.close();
  });
  beforeEach(async () => {
    sim.switches.clear();
    sim.switches.notification = 'never';
    params = await placeOrder(sim, `BROWSER${++count}`, { description: ATTACK });
    context = await newContext(browser, { viewport: { width: 390, height: 760 } });
    page = await context.newPage();
  });
  afterEach(() => context.close());

  const sdkPage = (ticket: string, url: string): string => {
    const signed = `jsapi_ticket=${ticket}&noncestr=n0nce&timestamp=1414587457&url=${url}`;
    const config = {
      ...{ appId: sim.app.appid, timestamp: 1414587457, nonceStr: 'n0nce', signature: sha1Hex(signed) },
      jsApiList: ['chooseWXPay'],
    };
    const { timeStamp, appId: _appId, ...rest } = params;
    return `<!doctype html><script src="https://res.wx.qq.com/open/js/jweixin-1.6.0.js"></script>
<button id="pay" disabled>pay</button><p id="result"></p><script>
var result = document.getElementById('result'), tell = function (res) { result.textContent = res.errMsg; };
wx.config(${JSON.stringify(config)});
wx.error(tell);
wx.ready(function () { document.getElementById('pay').disabled = false; });
document.getElementById('pay').onclick = function () {
  wx.chooseWXPay(Object.assign(${JSON.stringify({ timestamp: timeStamp, ...rest })}, { success: tell, cancel: tell, fail: tell }));
};</script>`;
  };

  const state = () => sim.order(`BROWSER${count}`)?.trade_state;
  const openSheet = async (path = '/pay') => {
    await page.goto(`${sim.phoneUrl}${path}`);
    await page.getByText('ready', { exact: true }).waitFor();
    await page.getByRole('button', { name: '微信支付' }).click();
    await page.getByRole('dialog').waitFor();
  };
  const result = () => page.locator('#result:not(:empty)').textContent();

  test('the bridge comes after the scripts of the page, with its event, and the page sees WeChat', async () => {
    await page.goto(`${sim.phoneUrl}/pay`);
    await page.getByText('ready', { exact: true }).waitFor();
    expect(await page.evaluate('window.atStart')).toBe('undefined');
    expect(await page.evaluate('window.agent')).toMatch(/MicroMessenger/);
  });

  test('the bridge is there before them when switched', async () => {
    sim.switches.cashier.bridge = 'already';
    await page.goto(`${sim.phoneUrl}/pay`);
    expect(await page.evaluate('window.atStart')).toBe('object');
  });

  test('paying takes the money and tells the page ok', async () => {
    await openSheet();
    expect(await page.locator('.amount').textContent()).toBe('¥19.90');
    await page.getByRole('button', { name: '立即支付' }).click();
    expect(await result()).toBe('get_brand_wcpay_request:ok');
    expect(state()).toBe('SUCCESS');
    expect(await page.locator('#wechat-cashier').count()).toBe(0);
  });

  test.each([
    ['the button', () => page.getByRole('button', { name: '取消' }).click()],
    ['the cross', () => page.getByRole('button', { name: '关闭' }).click()],
    ['Escape', () => page.keyboard.press('Escape')],
  ])('cancelling with %s takes nothing, and one can pay later', async (_, cancel) => {
    await openSheet();
    await cancel();
    expect(await result()).toBe('get_brand_wcpay_request:cancel');
    expect(state()).toBe('NOTPAY');
    await openSheet();
    await page.getByRole('button', { name: '立即支付' }).click();
    expect(await result()).toBe('get_brand_wcpay_request:ok');
  });

  test('what the shop wrote is text in the cashier', async () => {
    await openSheet();
    expect(await page.locator('.title').textContent()).toBe(ATTACK);
    expect(await page.evaluate('window.attacked')).toBeUndefined();
  });

  test('a wrong signature opens no cashier and tells why', async () => {
    params = { ...params, paySign: '0'.repeat(32) };
    await page.goto(`${sim.phoneUrl}/pay`);
    await page.getByText('ready', { exact: true }).waitFor();
    await page.getByRole('button', { name: '微信支付' }).click();
    expect(await result()).toBe('get_brand_wcpay_request:fail 支付验证签名失败');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('a page with a strict policy of its own can be paid on', async () => {
    await openSheet('/strict');
    await page.getByRole('button', { name: '立即支付' }).click();
    expect(await result()).toBe('get_brand_wcpay_request:ok');
  });

  test('a page written for jweixin pays through wx.chooseWXPay', async () => {
    const credential = { grant_type: 'client_credential', appid: sim.app.appid, secret: sim.app.secret };
    const api = context.request;
    const { access_token } = await (await api.get(`${sim.url}/cgi-bin/token`, { params: credential })).json();
    const { ticket } = await (
      await api.get(`${sim.url}/cgi-bin/ticket/getticket`, { params: { access_token, type: 'jsapi' } })
    ).json();
    await page.goto(`${sim.phoneUrl}/sdk?ticket=${ticket}`);
    await page.locator('#pay:enabled').click();
    await page.getByRole('button', { name: '立即支付' }).click();
    expect(await result()).toBe('chooseWXPay:ok');
    await page.goto(`${sim.phoneUrl}/sdk?ticket=wrong`);
    expect(await result()).toBe('config:invalid signature');
  });

  const login = () =>
    `${sim.phoneUrl}/connect/oauth2/authorize?${new URLSearchParams({
      appid: sim.app.appid,
      redirect_uri: `${sim.phoneUrl}/back`,
      response_type: 'code',
      scope: 'snsapi_userinfo',
      state: 'abc123',
    })}#wechat_redirect`;

  test('denying the consent comes back with the state alone', async () => {
    await page.goto(login());
    await page.getByRole('button', { name: '拒绝' }).click();
    expect(await page.locator('#query').textContent()).toBe('state=abc123');
  });

  test('allowing it comes back with a code', async () => {
    await page.goto(login());
    await page.getByRole('button', { name: '允许' }).click();
    expect(await page.locator('#query').textContent()).toMatch(/^code=\w{32}&state=abc123$/);
  });

  test('a double callback calls the page twice, as navigations, with two codes', async () => {
    sim.switches.oauth.doubleCallback = true;
    sim.switches.oauth.consent = 'allow';
    const before = shop.requests.length;
    await page.goto(login());
    await page.waitForURL(/\/back\?code=/);
    const calls = shop.requests.slice(before).filter(({ url }) => url.startsWith('/back'));
    expect(calls.map(({ headers }) => headers['sec-fetch-mode'])).toEqual(['navigate', 'navigate']);
    expect(new Set(calls.map(({ url }) => url)).size).toBe(2);
  });
});
