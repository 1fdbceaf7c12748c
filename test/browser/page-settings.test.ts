import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeWith } from '../support/needs.js';
import { api, launchChromium, type OpenedPage, openPage } from './simulator-page.js';

interface ListedScenario {
  name: string;
  label: { en: string; zh: string };
}

describeWith(['chromium'], 'scenarios, time, accounts and the phone on the page of the simulator', () => {
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
  const armed = () => opened.page.getByRole('complementary', { name: 'Armed' });
  const show = (view: string) => opened.page.getByRole('navigation').getByRole('link', { name: view }).click();

  /** Waits without a limit of its own: the guard of the test says when it is too late. */
  const eventually = async <Value>(read: () => Promise<Value>, wanted: Value): Promise<void> => {
    while ((await read()) !== wanted) await opened.page.waitForTimeout(20);
  };

  test('every scenario of the simulator can be asked for', async () => {
    await show('Scenarios');
    await main().locator('.scenarios').first().waitFor();
    const { scenarios } = (await api(opened.sim, 'GET', '/scenarios')) as unknown as { scenarios: ListedScenario[] };
    expect(await main().locator('.scenarios .name').allTextContents()).toEqual(scenarios.map(({ label }) => label.en));
  });

  test('what is armed is seen in every view, "only the next" included, and can be turned off there', async () => {
    const { sim } = opened;
    await show('Scenarios');
    await main().getByRole('button', { name: 'lost on the way: only the next' }).click();
    await armed().getByText('lost on the way · only the next').waitFor();
    await main().getByLabel('For the path').fill('/v3/certificates');
    await main().getByRole('button', { name: '502 page: always' }).click();
    await armed().getByText('502 page · /v3/certificates').waitFor();
    expect(sim.switches.api['/v3/certificates']).toEqual({ badGateway: true });
    await show('Orders');
    await armed().getByRole('button', { name: 'Turn off: 502 page · /v3/certificates' }).click();
    await armed().getByText('502 page').waitFor({ state: 'detached' });
    expect(sim.switches.api['/v3/certificates']).toBeUndefined();
    // It disappears when it has happened.
    await api(sim, 'POST', '/orders', { out_trade_no: 'ARMED0001', total: 1, notify_url: opened.notifyUrl });
    await api(sim, 'POST', '/orders/ARMED0001/pay', {});
    await armed().waitFor({ state: 'detached' });
  });

  test('settings, values of one’s own and switches, and back to a good day with the clock', async () => {
    const { sim } = opened;
    await show('Scenarios');
    await main().getByLabel('Consent page').selectOption('always deny');
    await armed().getByText('Consent page: always deny').waitFor();
    await main().getByLabel('Snapshot user', { exact: true }).click();
    await armed().getByText('Snapshot user: yes').waitFor();
    await main().getByLabel('Copies', { exact: true }).selectOption('another value…');
    await main().getByLabel('Value of: Copies').fill('7');
    await main().getByRole('button', { name: 'Copies: always' }).click();
    await armed().getByText('Copies: 7').waitFor();
    expect(sim.switches).toMatchObject({ oauth: { consent: 'deny', snapshot: true }, notify: { duplicate: 7 } });
    await show('Time');
    await main().getByRole('button', { name: '+ 1 day' }).click();
    await armed().getByText('The clock is 1 d ahead').waitFor();
    await armed().getByRole('button', { name: 'Back to a good day' }).click();
    await armed().waitFor({ state: 'detached' });
    expect(sim.switches).toMatchObject({ oauth: { consent: 'ask', snapshot: false } });
    expect(Math.abs(sim.clock.now() - Date.now())).toBeLessThan(60_000);
  });

  test('the clock is let run on, and set', async () => {
    const { sim } = opened;
    await show('Time');
    const before = sim.clock.now();
    await main().getByLabel('Duration').fill('1d2h');
    await main().getByRole('button', { name: 'Let it pass' }).click();
    await main().getByText('It is 1 d 2 h ahead of the real time.').waitFor();
    expect(sim.clock.now() - before).toBeGreaterThanOrEqual(93_600_000);
    await main().getByLabel('Time in Beijing').fill('2036-11-28T09:30');
    await main().getByRole('button', { name: 'Set', exact: true }).click();
    await main().locator('.clock').getByText('28/11/2036, 09:30').waitFor();
    await main().getByRole('button', { name: 'Back to the real time' }).click();
    await main().getByText('It is the real time.').waitFor();
  });

  test('keys are copied without being shown, the mode is changed, a certificate rotated', async () => {
    const { sim, page, context } = opened;
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: sim.url });
    await show('Accounts');
    const merchant = main().getByRole('region', { name: `Merchant ${sim.merchant.mchid}` });
    await merchant.waitFor();
    expect(await main().textContent()).not.toContain(sim.merchant.apiV3Key);
    await merchant.getByRole('button', { name: 'Copy APIv3 key' }).click();
    await page.getByRole('status').getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(sim.merchant.apiV3Key);
    await merchant.getByRole('button', { name: 'Show APIv3 key' }).click();
    await merchant.getByText(sim.merchant.apiV3Key).waitFor();
    await merchant.getByLabel('WeChat Pay signs').selectOption('with certificates');
    await eventually(async () => sim.merchant.platform, 'certificates');
    const before = sim.merchant.keys.platformCertificates().length;
    await merchant.getByRole('button', { name: 'New platform certificate' }).click();
    await eventually(async () => sim.merchant.keys.platformCertificates().length, before + 1);
  });

  test('a person gets a balance, and another person is added', async () => {
    await show('Accounts');
    await main().getByLabel('Balance of 小明, yuan').fill('1.50');
    await main().getByRole('button', { name: 'Set the balance' }).first().click();
    await main().getByText('¥1.50').waitFor();
    await main().getByLabel('Id of a new person').fill('lili');
    await main().getByRole('button', { name: 'Add a person' }).click();
    await main().getByRole('heading', { name: 'lili' }).waitFor();
  });

  test('the address bar takes a path, the address of a shop, and the content of a QR code', async () => {
    const { page, sim } = opened;
    const bar = page.getByLabel('Address', { exact: true });
    const screen = page.frameLocator('iframe.screen');
    await bar.fill('/tea?a=1');
    await bar.press('Enter');
    await screen.getByText('/tea?a=1').waitFor();
    await page.waitForFunction("document.querySelector('#address').value.endsWith('/tea?a=1')");
    const { code_url } = await api(sim, 'POST', '/orders', {
      out_trade_no: 'SCAN00001',
      total: 990,
      type: 'native',
      notify_url: opened.notifyUrl,
    });
    await bar.fill(String(code_url));
    await bar.press('Enter');
    await screen.getByText('9.90').waitFor();
    const shop = sim.phone.shop;
    sim.phone.shop = null;
    await bar.fill(`${String(shop).replace('http://', '')}/other`);
    await bar.press('Enter');
    await screen.getByText('/other').waitFor();
    expect(sim.phone.shop).toBe(shop);
    // The shop that is not there answers 503 in between.
    opened.complaints.length = 0;
  });

  test('the back button of the phone leads to the page before', async () => {
    const { page } = opened;
    const bar = page.getByLabel('Address', { exact: true });
    const screen = page.frameLocator('iframe.screen');
    await bar.fill('/first');
    await bar.press('Enter');
    await screen.getByText('/first').waitFor();
    await screen.locator('body').evaluate("location.assign('/second')");
    await screen.getByText('/second').waitFor();
    await page.waitForFunction("document.querySelector('#address').value.endsWith('/second')");
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await screen.getByText('/first').waitFor();
  });

  test('the phone is given to another person, and becomes a mini program', async () => {
    const { page, context, sim } = opened;
    await page.getByLabel('Phone of').selectOption('老王');
    await eventually(
      async () => (await context.cookies(sim.phoneUrl)).find(({ name }) => name === 'wxsim_person')?.value,
      'laowang',
    );
    await page.getByLabel('As').selectOption('mini program wx00000000000000aa');
    await page.frameLocator('iframe.screen').locator('body').waitFor();
    await eventually(
      async () => (await context.cookies(sim.phoneUrl)).some(({ value }) => value === 'wx00000000000000aa'),
      true,
    );
  });
});
