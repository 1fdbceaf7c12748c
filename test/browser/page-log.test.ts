import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { call, JSAPI, orderBody } from '../integration/simulator/v3-support.js';
import { describeWith } from '../support/needs.js';
import { api, launchChromium, type OpenedPage, openPage } from './simulator-page.js';

describeWith(['chromium'], 'requests and notifications on the page of the simulator', () => {
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

  const main = () => opened.page.locator('main');
  const show = (view: string) => opened.page.getByRole('navigation').getByRole('link', { name: view }).click();
  const body = (number: string) => ({
    ...orderBody(opened.sim, { out_trade_no: number }),
    notify_url: opened.notifyUrl,
  });

  test('why a signature was wrong is read on the page: both strings, the first difference, the cause', async () => {
    const { sim, page } = opened;
    const json = body('WRONG0001');
    await call(sim, 'POST', JSAPI, json, { sent: JSON.stringify(json, null, 2) });
    await show('Requests');
    await main().getByRole('link', { name: JSAPI }).click();
    await main().getByText('the body was written twice', { exact: false }).waitFor();
    await main().getByText('Serialise the body once', { exact: false }).waitFor();
    const marks = main().locator('mark');
    expect(await marks.allTextContents()).toEqual([expect.stringMatching(/^\\n/), '"']);
    expect(await main().getByLabel('What was signed').locator('pre').textContent()).toContain('{"appid"');
    await main().getByText('Headers').first().click();
    await main().getByText('WECHATPAY2-SHA256-RSA2048', { exact: false }).first().waitFor();
    expect(await page.locator('main').textContent()).toContain('签名错误');
  });

  test('a request that was right opens to its answer, and leads to its order', async () => {
    await call(opened.sim, 'POST', JSAPI, body('RIGHT0001'));
    await show('Requests');
    await main().getByRole('link', { name: JSAPI }).click();
    await main().getByLabel('Body of the answer').getByText('prepay_id').waitFor();
    await main().getByText('What WeChat signed').waitFor();
    await main().getByRole('link', { name: 'RIGHT0001' }).click();
    await main().getByRole('heading', { name: 'Order RIGHT0001' }).waitFor();
    await main().locator('.timeline').getByText(`Your shop → POST ${JSAPI}`).waitFor();
  });

  test('a notification opens to what was encrypted, its string to sign, and why it was not acknowledged', async () => {
    const { sim } = opened;
    opened.shop.status = 401;
    await call(sim, 'POST', JSAPI, body('NOTE00001'));
    await sim.pay({ out_trade_no: 'NOTE00001' });
    await sim.settled();
    await show('Notifications');
    await main().getByRole('link', { name: 'd1' }).click();
    await main().getByText('Your shop answered 401. Only 200 and 204 acknowledge').waitFor();
    expect(await main().getByLabel('Body, encrypted').locator('pre').textContent()).toContain('ciphertext');
    expect(await main().getByLabel('Decrypted').locator('pre').textContent()).toContain('"trade_state": "SUCCESS"');
    await main().getByLabel('String to sign, by the rule', { exact: true }).waitFor();
    opened.shop.status = 204;
    await main().getByRole('button', { name: 'Send again' }).click();
    await main().getByText('Your shop acknowledged it.').waitFor();
    await main().getByRole('heading', { name: 'Notification d2' }).waitFor();
  });

  test('copies and retries of a notification stand together, and an order can be chosen', async () => {
    const { sim } = opened;
    await call(sim, 'POST', JSAPI, body('COPY00001'));
    await call(sim, 'POST', JSAPI, body('COPY00002'));
    sim.switches.next({ notify: { duplicate: 5 } });
    await sim.pay({ out_trade_no: 'COPY00001' });
    await sim.settled();
    await sim.pay({ out_trade_no: 'COPY00002' });
    await sim.settled();
    await show('Notifications');
    const groups = main().locator('.group');
    await groups.nth(1).waitFor();
    expect(await groups.count()).toBe(2);
    await groups.nth(1).getByText('5 sent').waitFor();
    await groups.nth(1).getByText('2 more').click();
    expect(await groups.nth(1).locator('.row:visible').count()).toBe(5);
    await main().getByLabel('Only of the order').fill('COPY00002');
    await groups.getByText('1 sent').waitFor();
    await opened.page.waitForFunction("document.querySelectorAll('.group').length === 1");
  });

  test('a lost connection is shown, and what was missed is there when it is back', async () => {
    const { sim, page } = opened;
    await main().getByText('No orders yet').waitFor();
    await sim.primary.stop();
    await page.getByRole('alert').getByText('The simulator does not answer').waitFor();
    await sim.primary.start();
    await api(sim, 'POST', '/orders', { out_trade_no: 'MISSED001', total: 1, notify_url: opened.notifyUrl });
    await main().getByRole('link', { name: 'MISSED001' }).waitFor();
    await page.waitForFunction("document.querySelector('.lost')?.textContent === ''");
    // What the browser says about requests that nobody answered.
    opened.complaints.length = 0;
  });

  test('an idle page asks for nothing, and thousands of events load no more than the page of a list', async () => {
    const { sim, page } = opened;
    await main().getByText('No orders yet').waitFor();
    await page.waitForLoadState('load');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const body = { total: 1, notify_url: opened.notifyUrl };
    for (let n = 0; n < 30; n++) {
      await Promise.all(
        Array.from({ length: 50 }, (_, m) => api(sim, 'POST', '/orders', { ...body, out_trade_no: `BUSY${n}_${m}` })),
      );
    }
    await main().getByRole('link', { name: 'BUSY29_' }).first().waitFor();
    expect(await main().locator('.order-row').count()).toBeLessThanOrEqual(400);
    // The list alone, some times: neither the whole state nor each order.
    expect(asked.filter((url) => !/__sim\/orders\?limit=50$/.test(url))).toEqual([]);
    expect(asked.length).toBeLessThan(30);
  });
});
