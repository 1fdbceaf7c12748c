import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { findOrderById } from '../../example-app/src/orders.js';
import { keep, launchChromium, newContext, PHONE } from '../support/browser.js';
import { type RunningShop, startShop } from '../support/example-shop.js';
import { describeWith } from '../support/needs.js';
import { type Version, versions } from '../support/versions.js';

describeWith(['chromium'], 'in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  describe.each(versions)('the shop on a phone, over API %s', (api) => shopOnAPhone(api, () => browser));
});

function shopOnAPhone(api: Version, chromium: () => Browser): void {
  let running: RunningShop;
  let context: BrowserContext;
  let page: Page;
  /** What the page's console complained about, a broken policy included. */
  let complaints: string[];

  beforeAll(async () => {
    running = await startShop({ api, jobs: true });
  });
  afterAll(() => running?.stop());
  beforeEach(async () => {
    await running.reset();
    context = await newContext(chromium(), { viewport: PHONE, baseURL: running.simulator.phoneUrl, locale: 'zh-CN' });
    page = await context.newPage();
    complaints = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
  });
  afterEach(() => context.close());

  /** The pages look the same over either version. */
  const look = (page: Page, name: string, options?: { fullPage: boolean }) =>
    api === 'v3' ? keep(page, name, options) : undefined;
  const button = (name: string | RegExp) => page.getByRole('button', { name });
  const cashier = () => page.getByRole('dialog', { name: '微信支付' });
  const heading = (name: string) => page.getByRole('heading', { name }).waitFor();
  const state = async (id: string) => (await findOrderById(running.db, id))?.state;

  /** From the first page to the pay page; resolves to the order's id. */
  async function buy(good: string, quantity = '1'): Promise<string> {
    await page.goto('/');
    await page.getByRole('link', { name: good }).click();
    await page.getByLabel('数量').selectOption(quantity);
    await button('立即购买').click();
    await page.waitForURL(/\/orders\/\w+\/pay$/);
    return /orders\/(\w+)\/pay/.exec(page.url())?.[1] as string;
  }

  async function confirm(): Promise<void> {
    await button('微信支付').click();
    await cashier().getByRole('button', { name: '立即支付' }).click();
  }

  test('a thing is chosen, ordered and paid, and the page says so', async () => {
    await page.goto('/');
    await look(page, 'shop-1-goods');
    await page.getByRole('link', { name: '青瓷茶杯' }).click();
    await heading('青瓷茶杯');
    await look(page, 'shop-2-good');
    const id = await buy('青瓷茶杯', '2');
    await look(page, 'shop-3-pay');
    await button('微信支付').click();
    await cashier().getByText('178.00').waitFor();
    await look(page, 'shop-4-cashier');
    await cashier().getByRole('button', { name: '立即支付' }).click();
    await page.waitForURL(`**/orders/${id}`);
    await heading('付款成功');
    await look(page, 'shop-5-paid');

    expect(await state(id)).toBe('paid');
    expect(complaints).toEqual([]);
    await page.getByRole('link', { name: '我的订单' }).click();
    await page.getByText('青瓷茶杯 ×2').waitFor();
    await look(page, 'shop-6-orders');
  });

  test('a cancelled payment leaves an unpaid order that is paid later', async () => {
    const id = await buy('帆布袋');
    await button('微信支付').click();
    await cashier().getByRole('button', { name: '取消' }).click();
    await page.getByText('还没有付款').waitFor();
    await look(page, 'shop-cancelled');
    expect(await state(id)).toBe('pending');

    await page.goto('/orders');
    await page.getByRole('link', { name: /帆布袋/ }).click();
    await heading('还没有付款');
    await look(page, 'shop-unpaid');
    await page.getByRole('link', { name: '去付款' }).click();
    await confirm();
    await heading('付款成功');
    expect(await state(id)).toBe('paid');
  });

  test('the page waits for WeChat, whose "ok" alone proves nothing', async () => {
    running.simulator.switches.cashier.falseOk = true;
    const id = await buy('线装笔记本');
    await confirm();
    await page.getByText('正在确认付款').waitFor();
    await look(page, 'shop-confirming');
    expect(await state(id)).toBe('pending');
    expect(page.url()).toMatch(/\/pay$/);
  });

  test('a payment whose notification is lost is confirmed all the same', async () => {
    running.simulator.switches.notification = 'never';
    const id = await buy('明信片');
    await confirm();
    await heading('付款成功');
    expect(await state(id)).toBe('paid');
  });

  test('an order paid from another page is not charged again, and shown as paid', async () => {
    running.simulator.switches.notification = 'never';
    const id = await buy('明信片');
    await running.simulator.pay({ out_trade_no: id });
    await button('微信支付').click();
    await heading('付款成功');
    expect(await state(id)).toBe('paid');
  });

  test('a cashier that refuses while the shop cannot be asked is not called a failure', async () => {
    running.simulator.switches.notification = 'never';
    await page.clock.install();
    const id = await buy('明信片');
    await running.simulator.pay({ out_trade_no: id });
    await page.route('**/settle', (route) => route.abort());
    await button('微信支付').click();
    const unconfirmed = page.getByText('微信还没有确认');
    while (!(await unconfirmed.isVisible())) await page.clock.runFor(1_000);
    await look(page, 'shop-unconfirmed');
  });

  test('a new price is paid under a new number, and the page with the old price can no longer pay', async () => {
    const id = await buy('明前龙井');
    const owner = await context.newPage();
    await owner.goto('/owner');
    await owner.getByLabel('新价格').fill('58.50');
    await look(owner, 'shop-owner-phone');
    await owner.getByRole('button', { name: '修改' }).click();
    await owner.getByText('价格已修改').waitFor();
    await owner.setViewportSize({ width: 1100, height: 700 });
    await look(owner, 'shop-owner');

    await button('微信支付').click();
    await page.getByText('没有付款成功').waitFor();
    await page.reload();
    await page.getByText(`${id}-2`).waitFor();
    await confirm();
    await heading('付款成功');
    const order = await findOrderById(running.db, id);
    expect(order).toMatchObject({ state: 'paid', total: 5850, out_trade_no: `${id}-2` });
    expect(running.simulator.order(id)?.trade_state).toBe('CLOSED');
  });

  test('a refund is asked for on the owner’s page, is under way, and arrives there and on the customer’s order', async () => {
    running.simulator.switches.refund.delay = 3_600_000;
    const id = await buy('青瓷茶杯');
    await confirm();
    await heading('付款成功');
    const owner = await context.newPage();
    owner.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    const row = owner.locator(`[id="${id}"]`);
    await owner.goto('/owner');
    await row.getByText('已打包').waitFor();
    await row.getByLabel('退款金额').fill('29.00');
    // asked once more, and thought better of it
    owner.once('dialog', (dialog) => dialog.dismiss());
    const asked = owner.waitForEvent('dialog');
    await row.getByRole('button', { name: '退款' }).click();
    expect((await asked).message()).toBe('退款 Refund ¥29.00?');
    owner.on('dialog', (dialog) => dialog.accept());
    await row.getByRole('button', { name: '退款' }).dblclick();
    await row.getByText('处理中').waitFor();
    await look(owner, 'shop-refund-phone');
    await running.simulator.clock.advance(3_600_000);
    await row.locator('.refunds').getByText('已退款').waitFor();

    running.simulator.switches.refund.notEnough = true;
    await row.getByRole('button', { name: '退款' }).click();
    await row.getByText('微信拒绝').waitFor();
    await look(owner, 'shop-refund-refused');
    running.simulator.switches.refund.notEnough = false;
    await row.getByRole('button', { name: '重试' }).click();
    await row.getByText('处理中').waitFor();
    await running.simulator.clock.advance(3_600_000);
    await row.locator('.badge.refunded').waitFor();
    await owner.setViewportSize({ width: 1100, height: 700 });
    await look(owner, 'shop-refund');

    expect(running.simulator.refunds.filter(({ out_trade_no }) => out_trade_no === id)).toHaveLength(2);
    await page.goto(`/orders/${id}`);
    await heading('已退款');
    await look(page, 'shop-refunded');
    expect(complaints).toEqual([]);
  });

  test('an amount that is not accepted is explained in its form, which keeps it, and nothing is asked about it', async () => {
    const paid = await buy('青瓷茶杯');
    await confirm();
    await heading('付款成功');
    const unpaid = await buy('明前龙井');
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      return dialog.accept();
    });
    await page.goto('/owner');
    const refund = page.locator(`[id="${paid}"]`);
    const price = page.locator(`[id="${unpaid}"]`);
    for (const [typed, sentence] of [
      ['1.999', '最多两位小数'],
      ['0', '金额至少 0.01 元'],
      ['0.00', '金额至少 0.01 元'],
      ['', '请填写金额'],
    ] as const) {
      await refund.getByLabel('退款金额').fill(typed);
      await refund.getByRole('button', { name: '退款' }).click();
      await refund.getByText(sentence).waitFor();
      expect(await refund.getByLabel('退款金额').inputValue()).toBe(typed);
    }
    expect(dialogs).toEqual([]);
    await look(page, 'shop-refund-amount', { fullPage: true });
    await price.getByLabel('新价格').fill('68元');
    await price.getByRole('button', { name: '修改' }).click();
    await price.getByText('请只用数字填写金额').waitFor();
    expect(await price.getByLabel('新价格').inputValue()).toBe('68元');
    await look(page, 'shop-price-amount', { fullPage: true });
    await refund.getByLabel('退款金额').fill('89.01');
    await refund.getByRole('button', { name: '退款' }).click();
    await refund.getByText('超出可退金额').waitFor();
    expect([await refund.getByLabel('退款金额').inputValue(), dialogs]).toEqual(['89.01', ['退款 Refund ¥89.01?']]);
    await page.setViewportSize({ width: 1100, height: 700 });
    await look(page, 'shop-refund-too-much', { fullPage: true });
    expect(running.simulator.refunds.filter(({ out_trade_no }) => out_trade_no === paid)).toEqual([]);
  });

  test("the simulator's page holds the phone, and shows the order and its delivery", async () => {
    const large = await newContext(chromium(), { viewport: { width: 1280, height: 860 } });
    const desk = await large.newPage();
    await desk.goto(running.simulator.url);
    const phone = desk.frameLocator('iframe.screen');
    await phone.getByRole('link', { name: '明信片' }).click();
    await phone.getByRole('button', { name: '立即购买' }).click();
    await phone.getByRole('button', { name: '微信支付' }).click();
    await phone.getByRole('button', { name: '立即支付' }).click();
    await phone.getByRole('heading', { name: '付款成功' }).waitFor();
    await desk.getByRole('link', { name: /Notifications/ }).click();
    await desk.getByText('acknowledged').first().waitFor();
    await look(desk, 'simulator', { fullPage: true });
    await large.close();
  });

  test('the bill of the day is beside the books, and says where they differ', async () => {
    const { clock } = running.simulator;
    await clock.advance(24 * 3600 * 1000);
    const id = await buy('帆布袋');
    await confirm();
    await heading('付款成功');
    const day = new Date(clock.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    await clock.advance(36 * 3600 * 1000);
    await page.goto('/owner');
    await page.getByRole('link', { name: '对账' }).click();
    await page.getByLabel('日期').fill(day);
    await button('对账').click();
    await page.getByText('账单与本店记录一致').waitFor();
    await running.db.query('update orders set total = 3900 where id = $1', [id]);
    await page.reload();
    await page.getByText('有 1 处不一致').waitFor();
    await look(page, 'shop-bill');
    expect(complaints).toEqual([]);
  });

  // who somebody is has nothing to do with how they pay
  if (api === 'v2') return;

  test('who does not share a name is told what that means, and goes on without', async () => {
    await page.goto('/orders');
    await page.getByRole('link', { name: '显示昵称' }).click();
    await button('拒绝').click();
    await heading('没有获得授权');
    await look(page, 'shop-denied');
    await page.getByRole('link', { name: '重新授权' }).click();
    await button('拒绝').click();
    await page.getByRole('link', { name: '继续' }).click();
    await page.getByText('还没有订单').waitFor();
    await look(page, 'shop-no-orders');
  });

  test('who shares a name is greeted by it', async () => {
    await page.goto('/profile');
    await button('允许').click();
    await page.getByText('小明，你好').waitFor();
    expect(new URL(page.url()).pathname).toBe('/orders');
  });

  test('a page refreshed with code in its address shows the page, logged in or not', async () => {
    const seen: string[] = [];
    page.on('request', (request) => request.url().includes('code=') && seen.push(request.url()));
    await page.goto('/goods/tea');
    await heading('明前龙井');
    expect(page.url()).not.toContain('code=');

    await page.goto(seen[0] as string);
    await heading('明前龙井');
    expect(page.url()).not.toContain('code=');
    await context.clearCookies();
    await page.goto(seen[0] as string);
    await heading('登录未完成');
    await page.getByRole('link', { name: '重新开始' }).click();
    await heading('明前龙井');
  });

  test('outside WeChat the page says to open it there', async () => {
    await page.goto(`${running.url}/goods/tea`);
    await heading('请在微信中打开');
    await page.getByText(`${running.simulator.phoneUrl}/goods/tea`).waitFor();
    await look(page, 'shop-outside');
  });

  test('somebody else with the same phone sees no order of the first', async () => {
    const id = await buy('云南小粒咖啡');
    await page.goto(`/__wechat/person?id=xiaohong&back=/orders/${id}`);
    await heading('没有找到');
    await look(page, 'shop-not-found');
  });
}
