import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium, newContext, PHONE } from '../support/browser.js';
import { MINI } from '../support/mini-shop.js';
import { describeWith } from '../support/needs.js';
import { type PayShop, startPayShop } from '../support/pay-shop.js';
import { type Version, versions } from '../support/versions.js';

describeWith(['chromium'], 'koa-wxpay/browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  describe.each(versions)('over API %s', (version) => onAPhone(version, () => browser));
});

function onAPhone(version: Version, chromium: () => Browser): void {
  let shop: PayShop;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    shop = await startPayShop(version);
  });
  afterAll(() => shop?.close());
  beforeEach(async () => {
    shop.reset();
    context = await newContext(chromium(), { viewport: PHONE, baseURL: shop.sim.phoneUrl });
    page = await context.newPage();
    complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
  });
  afterEach(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });

  const click = () => page.getByRole('button', { name: '微信支付' }).click();
  const cashier = (name: '立即支付' | '取消') => page.getByRole('button', { name }).click();
  const result = () => page.locator('#result:not(:empty)').textContent();
  const progress = () => page.evaluate<string[]>('window.progress');
  /** Lets the page's own time pass until it has made this progress. */
  async function passUntil(step: string): Promise<void> {
    while (!(await progress()).includes(step)) await page.clock.runFor(1_000);
  }

  test.each(['later', 'already'] as const)('a payment ends as paid where the bridge is there %s', async (bridge) => {
    shop.sim.switches.cashier.bridge = bridge;
    await page.goto('/bridge');
    await click();
    await cashier('立即支付');
    expect([await result(), await progress()]).toEqual(['paid', ['paying', 'confirming']]);
    expect(shop.order.state).toBe('paid');
  });

  test('a cashier that is closed ends as cancelled, and nobody is asked', async () => {
    await page.goto('/bridge');
    await click();
    await cashier('取消');
    expect([await result(), await progress(), shop.asked]).toEqual(['cancelled', ['paying'], 0]);
  });

  test('a cashier that refuses ends as failed once the shop has said that the order is not paid', async () => {
    await page.goto('/forged');
    await click();
    expect([await result(), shop.asked]).toEqual(['failed', 1]);
  });

  test('a cashier that refuses an order which is paid already ends as paid', async () => {
    await page.goto('/bridge');
    await shop.sim.pay({ out_trade_no: shop.order.out_trade_no });
    await click();
    expect(await result()).toBe('paid');
    expect(shop.order.state).toBe('paid');
  });

  test('an "ok" without a payment is not believed: it says so after a while, and goes on asking until it is paid', async () => {
    await page.clock.install();
    shop.sim.switches.cashier.falseOk = true;
    await page.goto('/bridge');
    await click();
    await cashier('立即支付');
    await passUntil('unconfirmed');
    expect(await progress()).toEqual(['paying', 'confirming', 'unconfirmed']);
    expect(await page.locator('#result').textContent()).toBe('');
    await shop.sim.pay({ out_trade_no: shop.order.out_trade_no });
    await shop.sim.clock.advance(60_000);
    while ((await page.locator('#result').textContent()) === '') await page.clock.runFor(1_000);
    expect(await result()).toBe('paid');
  });

  test('an "ok" for an order that is closed afterwards ends as failed', async () => {
    await page.clock.install();
    shop.sim.switches.cashier.falseOk = true;
    await page.goto('/bridge');
    await click();
    await cashier('立即支付');
    await passUntil('confirming');
    await shop.closeOrder();
    await shop.sim.clock.advance(60_000);
    while ((await page.locator('#result').textContent()) === '') await page.clock.runFor(1_000);
    expect(await result()).toBe('failed');
  });

  test('a shop that cannot be asked is no failure', async () => {
    await page.clock.install();
    await page.route('**/settle', (route) => route.abort());
    await page.goto('/forged');
    await click();
    await passUntil('unconfirmed');
    expect(await page.locator('#result').textContent()).toBe('');
    await page.unroute('**/settle');
    while ((await page.locator('#result').textContent()) === '') await page.clock.runFor(1_000);
    expect(await result()).toBe('failed');
  });

  test.each([
    ['an error', { status: 502, body: 'Bad Gateway' }],
    ['a login page', { status: 200, contentType: 'text/html', body: '<html>' }],
    ['something else', { status: 200, contentType: 'application/json', body: '{"error":"openid_required"}' }],
  ])('%s in place of the answer counts for nothing', async (_, answer) => {
    let answered = 0;
    await page.route('**/settle', (route) => (++answered < 3 ? route.fulfill(answer) : route.continue()));
    await page.goto('/bridge');
    await click();
    await cashier('立即支付');
    expect([await result(), answered]).toEqual(['paid', 3]);
  });

  test('the JS-SDK is asked to pay once wx.config has ended', async () => {
    await page.goto('/sdk');
    await click();
    await cashier('立即支付');
    expect([await result(), await progress()]).toEqual(['paid', ['paying', 'confirming']]);
  });

  test('the JS-SDK says when the cashier was closed, and when wx.config failed', async () => {
    await page.goto('/sdk');
    await click();
    await cashier('取消');
    expect(await result()).toBe('cancelled');
    await page.goto('/sdk?wrong');
    await click();
    expect(await result()).toBe('failed');
  });

  test('a mini program pays with its token, and asks through wx.request', async () => {
    await page.goto(`/__wechat/mini-program?appid=${MINI.appid}&back=/mini`);
    await click();
    await cashier('立即支付');
    expect([await result(), await progress()]).toEqual(['paid', ['paying', 'confirming']]);
    expect(shop.order.state).toBe('paid');
    expect(shop.sim.order(shop.order.out_trade_no)?.appid).toBe(MINI.appid);
  });

  test('a mini program says when its cashier was closed', async () => {
    await page.goto(`/__wechat/mini-program?appid=${MINI.appid}&back=/mini`);
    await click();
    await cashier('取消');
    expect([await result(), await progress()]).toEqual(['cancelled', ['paying']]);
  });

  test('a page with a QR code shows that it was paid on a phone', async () => {
    await page.goto('/qr');
    const url = await page.evaluate<string>('window.code_url');
    await shop.sim.pay({ url }, { person: 'xiaohong' });
    await shop.sim.clock.advance(60_000);
    expect(await result()).toBe('paid');
  });

  test('outside WeChat, where no bridge ever comes, it ends as failed', async () => {
    await page.clock.install();
    await page.goto(`${shop.url}/bridge`);
    await click();
    while ((await page.locator('#result').textContent()) === '') await page.clock.runFor(1_000);
    expect([await result(), await progress()]).toEqual(['failed', ['paying', 'confirming']]);
  });

  test('a page that is left without being unloaded ends the waiting, and asks no more', async () => {
    await page.clock.install();
    shop.sim.switches.cashier.falseOk = true;
    await page.goto('/bridge');
    await page.evaluate('window.leaving = new AbortController(); window.signal = leaving.signal;');
    await click();
    await cashier('立即支付');
    await passUntil('confirming');
    await page.evaluate('leaving.abort()');
    expect(await result()).toBe('rejected: AbortError');
    const asked = shop.asked;
    await page.clock.runFor(60_000);
    expect(shop.asked).toBe(asked);
  });
}
