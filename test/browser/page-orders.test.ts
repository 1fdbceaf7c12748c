import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeWith } from '../support/needs.js';
import { ATTACK, api, launchChromium, type OpenedPage, openPage } from './simulator-page.js';

describeWith(['chromium'], 'orders on the page of the simulator', () => {
  let browser: Browser;
  let opened: OpenedPage;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    opened = await openPage({ browser });
  });
  afterEach(async () => {
    await opened.close();
    expect(opened.complaints).toEqual([]);
  });

  const place = (out_trade_no: string, more: object = {}) =>
    api(opened.sim, 'POST', '/orders', { out_trade_no, total: 1990, notify_url: opened.notifyUrl, ...more });
  const main = () => opened.page.locator('main');

  test('appear as they are placed, without anything being loaded again, and what the shop wrote is text', async () => {
    const { page } = opened;
    await main().getByText('No orders yet').waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await place('PAGE0001', { description: ATTACK });
    const row = main().getByRole('link', { name: 'PAGE0001' });
    await row.waitFor();
    expect(await row.textContent()).toContain(ATTACK);
    expect(await page.evaluate('window.attacked')).toBeUndefined();
    expect(asked.filter((url) => url.includes('/__sim/orders'))).toEqual([]);
  });

  test('open to their life: a part is refunded, and the order does not look refunded', async () => {
    const { page, sim } = opened;
    await place('PAGE0002');
    await main().getByRole('link', { name: 'PAGE0002' }).click();
    await main().getByRole('button', { name: 'Pay', exact: true }).click();
    await main().getByText('Paid ¥19.90').waitFor();
    await main().getByLabel('Amount of the refund, yuan').fill('5');
    await main().getByRole('button', { name: 'Refund in the merchant platform' }).click();
    await main().getByText('Paid, ¥5.00 refunded').waitFor();
    const life = main().locator('.timeline');
    await life.getByText('Refund done').waitFor();
    const steps = await life.locator('li').allTextContents();
    expect(steps.map((step) => step.replace(/.*\d\d:\d\d:\d\d/, ''))).toEqual([
      'Placed ¥19.90',
      'Paid ¥19.90',
      expect.stringMatching(/^WeChat → Payment notification, v3 ?acknowledged$/),
      expect.stringContaining('Refund accepted ¥5.00'),
      expect.stringContaining('Refund done ¥5.00'),
    ]);
    expect(sim.order('PAGE0002')).toMatchObject({ refunded: 500 });
    await page.goBack();
    await main().getByRole('link', { name: 'PAGE0002' }).getByText('Paid, ¥5.00 refunded').waitFor();
  });

  test.each([
    ['has too little money', '零钱余额不足'],
    ['types a wrong password', '支付密码错误'],
    ['cancels', 'cancel'],
  ])('a person who %s has not paid, and can pay later', async (outcome, told) => {
    await place('PAGE0003');
    await main().getByRole('link', { name: 'PAGE0003' }).click();
    await main().getByLabel('In the cashier').selectOption(outcome);
    await main().getByRole('button', { name: 'Pay', exact: true }).click();
    await opened.page.getByRole('status').getByText(`Not paid: `).waitFor();
    expect(await opened.page.getByRole('status').textContent()).toContain(told);
    await main().locator('.timeline').getByText('Not paid').waitFor();
    await main().getByLabel('In the cashier').selectOption('pays');
    await main().getByRole('button', { name: 'Pay', exact: true }).click();
    await main().getByText('Paid ¥19.90').waitFor();
  });

  test('are closed, and notified again', async () => {
    await place('PAGE0004');
    await place('PAGE0005');
    await api(opened.sim, 'POST', '/orders/PAGE0005/pay', {});
    await opened.sim.settled();
    await main().getByRole('link', { name: 'PAGE0004' }).click();
    await main().getByRole('button', { name: 'Close', exact: true }).click();
    await main().locator('.headline').getByText('Closed').waitFor();
    await opened.page.goto(`${opened.sim.url}/#/orders/PAGE0005`);
    await main().getByRole('button', { name: 'Notify the payment again' }).click();
    await main().locator('.timeline .delivery').nth(1).waitFor();
    expect(opened.sim.deliveries).toHaveLength(2);
  });

  test.each([
    ['Native', 'Open the cashier on the phone'],
    ['App', 'Open the cashier on the phone'],
  ])('of the kind %s are placed here, and paid on the phone', async (kind, button) => {
    const { page, sim } = opened;
    await page.getByRole('button', { name: 'New order' }).click();
    await page.getByLabel('Kind').selectOption(kind);
    await page.getByLabel('Amount, yuan').fill('8.80');
    await page.getByLabel('notify_url').fill(opened.notifyUrl);
    await page.getByRole('button', { name: 'Place the order' }).click();
    await page.getByRole('button', { name: button }).click();
    const phone = page.frameLocator('iframe.screen');
    await phone.getByRole('button', { name: /立即支付|Pay/ }).click();
    await main().locator('.headline').getByText('Paid').waitFor();
    const { items } = (await api(sim, 'GET', '/orders')) as unknown as { items: unknown[] };
    expect(items).toEqual([expect.objectContaining({ trade_state: 'SUCCESS', total: 880 })]);
  });

  test('of the kind H5 lead to the page that pays', async () => {
    const { page } = opened;
    await page.getByRole('button', { name: 'New order' }).click();
    await page.getByLabel('Kind').selectOption('H5');
    await page.getByLabel('notify_url').fill(opened.notifyUrl);
    await page.getByRole('button', { name: 'Place the order' }).click();
    const [h5] = await Promise.all([
      opened.context.waitForEvent('page'),
      page.getByRole('link', { name: 'Open the H5 page' }).click(),
    ]);
    await h5.getByRole('button', { name: /立即支付|Pay/ }).click();
    await main().locator('.headline').getByText('Paid').waitFor();
  });

  test('are searched, chosen by state, and loaded in pages', async () => {
    for (let n = 0; n < 60; n++) await place(`MANY${String(n).padStart(4, '0')}`, { description: `n${n}` });
    const { page } = opened;
    await page.reload();
    const rows = main().locator('.order-row');
    await rows.nth(49).waitFor();
    expect(await rows.count()).toBe(50);
    await main().getByRole('button', { name: 'Show older ones' }).click();
    await rows.nth(59).waitFor();
    await main().getByLabel('Search').fill('MANY0007');
    await page.waitForFunction("document.querySelectorAll('.order-row').length === 1");
    await main().getByLabel('Search').fill('');
    await main().getByLabel('State').selectOption('Paid');
    await main().getByText('No order fits.').waitFor();
  });
});
