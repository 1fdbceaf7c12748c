import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { listOrders } from '../../example-app/src/orders.js';
import { keep, launchChromium, newContext } from '../support/browser.js';
import { type RunningShop, startShop } from '../support/example-shop.js';
import { describeWith } from '../support/needs.js';
import { type Version, versions } from '../support/versions.js';

const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';
const DESKTOP = { width: 1280, height: 900 };
const SMALL_PHONE = { width: 360, height: 740 };

describeWith(['chromium'], 'outside WeChat', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  describe.each(versions)('the shop over API %s', (api) => outsideWechat(api, () => browser));
});

function outsideWechat(api: Version, chromium: () => Browser): void {
  let running: RunningShop;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    running = await startShop({ api });
  });
  afterAll(() => running?.stop());
  beforeEach(async () => {
    await running.reset();
    complaints = [];
  });
  afterEach(async () => {
    await context.close();
    expect(complaints).toEqual([]);
    expect(running.errors).toEqual([]);
  });

  async function open(device: object): Promise<void> {
    context = await newContext(chromium(), { ...device, baseURL: running.url, locale: 'zh-CN' });
    page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
  }
  const look = (name: string) => (api === 'v3' ? keep(page, name, { fullPage: true }) : undefined);
  const heading = (name: string) => page.getByRole('heading', { name }).waitFor();
  const newest = async () => (await listOrders(running.db))[0]!;

  /** From the page that sends people to WeChat to the pay page. */
  async function buy(good: string): Promise<void> {
    await page.goto(`/goods/${good}`);
    // A page that turns people away is an error to the browser.
    complaints.length = 0;
    await page.getByRole('link', { name: '在此浏览器中购买' }).click();
    await page.getByRole('button', { name: '立即购买' }).click();
    await page.waitForURL(/\/web\/orders\/\w+\/pay$/);
  }

  describe('a desktop page', () => {
    beforeEach(() => open({ viewport: DESKTOP }));

    test('shows a QR code, and "paid" once a phone has paid it', async () => {
      await buy('cup');
      const code = page.getByRole('img', { name: '付款二维码' });
      await code.waitFor();
      await look('web-qr');
      const [phone] = await Promise.all([
        context.waitForEvent('page'),
        page.getByRole('link', { name: '用模拟手机扫码' }).click(),
      ]);
      await phone.getByRole('button', { name: '立即支付' }).click();
      await phone.getByRole('heading', { name: '支付成功' }).waitFor();
      await heading('付款成功');
      await look('web-paid');
      const { id, state, openid } = await newest();
      expect([state, openid]).toEqual(['paid', expect.stringMatching(/^web:/)]);
      expect(running.simulator.order(id)).toMatchObject({ trade_type: 'NATIVE', trade_state: 'SUCCESS' });
    });

    test('shows "paid" although the notification was lost', async () => {
      running.simulator.switches.notification = 'never';
      await buy('postcard');
      await page.getByRole('img', { name: '付款二维码' }).waitFor();
      const { id } = await newest();
      expect(await running.simulator.pay({ out_trade_no: id }, { person: 'xiaohong' })).toMatchObject({
        err_msg: expect.stringMatching(/:ok$/),
      });
      await running.simulator.clock.advance(60_000);
      await heading('付款成功');
      expect((await newest()).state).toBe('paid');
    });

    test('that is opened again shows the same code, and an order that is paid as paid', async () => {
      await buy('postcard');
      const code = () => page.locator('.qr path').getAttribute('d');
      const before = await code();
      await page.reload();
      expect(await code()).toBe(before);
      const { id } = await newest();
      await running.simulator.pay({ out_trade_no: id }, { person: 'xiaohong' });
      await running.simulator.settled();
      await page.goto(`/web/orders/${id}/pay`);
      await heading('付款成功');
    });

    test('of another browser shows nothing of the order', async () => {
      await buy('postcard');
      const { id } = await newest();
      const other = await newContext(chromium(), { viewport: DESKTOP, baseURL: running.url });
      const stranger = await other.newPage();
      for (const path of ['', '/pay', '/h5', '/back']) {
        await stranger.goto(`/web/orders/${id}${path}`);
        expect(new URL(stranger.url()).pathname).toBe('/');
      }
      await stranger.goto('/web/goods/tea');
      await stranger.goto(`/web/orders/${id}/pay`);
      await stranger.getByRole('heading', { name: '没有找到' }).waitFor();
      await other.close();
    });
  });

  describe('a phone outside WeChat', () => {
    beforeEach(async () => {
      await open({ viewport: SMALL_PHONE, userAgent: IPHONE, isMobile: true, hasTouch: true });
      // WeChat opens its page only for a Referer on these hosts.
      running.simulator.merchant.h5Domains = ['127.0.0.1'];
    });

    test('pays over H5 and comes back to a page that says so', async () => {
      await buy('tote');
      await look('web-h5');
      await page.getByRole('link', { name: '微信支付' }).click();
      await page.getByRole('button', { name: '立即支付' }).click();
      await heading('付款成功');
      await look('web-h5-paid');
      const { id, state } = await newest();
      expect([state, page.url()]).toEqual(['paid', `${running.url}/web/orders/${id}`]);
      expect(running.simulator.order(id)).toMatchObject({ trade_type: 'MWEB', trade_state: 'SUCCESS' });
    });

    test('that comes back without having paid can pay again, for a price that has not changed', async () => {
      await buy('tote');
      await page.getByRole('link', { name: '微信支付' }).click();
      await page.getByRole('button', { name: '取消' }).click();
      await page.getByText('正在确认付款').waitFor();
      await look('web-h5-back');
      await page.getByRole('link', { name: '去付款' }).click();
      await page.getByRole('link', { name: '微信支付' }).click();
      await page.getByRole('button', { name: '立即支付' }).click();
      await heading('付款成功');
      const { id, out_trade_no, total } = await newest();
      expect([out_trade_no, total]).toEqual([id, 3990]);
    });

    test('that opens the same order on a desktop gets a QR code, under a fresh number', async () => {
      await buy('tote');
      await page.getByRole('link', { name: '微信支付' }).click();
      await page.getByRole('button', { name: '立即支付' }).waitFor();
      const { id } = await newest();
      const cookies = await context.cookies();
      const desktop = await newContext(chromium(), { viewport: DESKTOP, baseURL: running.url });
      await desktop.addCookies(cookies);
      const desk = await desktop.newPage();
      await desk.goto(`/web/orders/${id}/pay`);
      await desk.getByRole('img', { name: '付款二维码' }).waitFor();
      expect((await newest()).out_trade_no).toBe(`${id}-2`);
      // The page on the phone can no longer pay, so that nobody pays twice.
      await page.getByRole('button', { name: '立即支付' }).click();
      await page.getByText('该订单已关闭').waitFor();
      await desktop.close();
    });
  });
}
