import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Browser } from 'playwright-core';
import { call, JSAPI, orderBody } from '../integration/simulator/v3-support.js';
import { keep } from '../support/browser.js';
import { describeWith } from '../support/needs.js';
import { api, launchChromium, NARROW, type OpenedPage, openPage, WIDE } from './simulator-page.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const HAN = /[\u4e00-\u9fff]/;

describeWith(['chromium'], 'the page of the simulator', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  /** Something of everything: orders in each state, wrong and right requests, notifications, scenarios. */
  async function fill({ sim, notifyUrl, shop }: OpenedPage): Promise<void> {
    const place = (out_trade_no: string, more: object = {}) =>
      api(sim, 'POST', '/orders', {
        out_trade_no,
        total: 1990,
        notify_url: notifyUrl,
        description: 'Longjing tea, first picking of the year, 50 g',
        ...more,
      });
    const json = { ...orderBody(sim, { out_trade_no: 'LOOK00001' }), notify_url: notifyUrl };
    await call(sim, 'POST', JSAPI, json);
    const wrong = { ...json, out_trade_no: 'LOOK00002' };
    await call(sim, 'POST', JSAPI, wrong, { sent: JSON.stringify(wrong, null, 2) });
    await sim.pay({ out_trade_no: 'LOOK00001' });
    await sim.settled();
    sim.refund('LOOK00001', 500);
    await place('LOOK00003', { type: 'native' });
    await place('LOOK00004_a_number_as_long_as_may', { api: 'v2', total: 123_456_789 });
    await api(sim, 'POST', '/orders/LOOK00004_a_number_as_long_as_may/close', {});
    shop.status = 401;
    await api(sim, 'POST', '/orders/LOOK00003/pay', {});
    await sim.settled();
    await sim.clock.advance(3_600_000);
    sim.switches.oauth.consent = 'deny';
    sim.switches.next({ notify: { lost: true } });
    sim.switches.api['/v3/pay/transactions/out-trade-no/{out_trade_no}/close'] = { systemError: true };
  }

  /** The views, and what each shows when it is ready. */
  const VIEWS = [
    ['phone', '/phone', 'iframe.screen'],
    ['orders', '/orders', '.order-row'],
    ['order', '/orders/LOOK00001', '.timeline .step'],
    ['notifications', '/notifications', '.group'],
    ['notification', '/notifications/d2', '.source'],
    ['requests', '/requests', 'main .row'],
    ['request', '/requests/r2', 'mark'],
    ['scenarios', '/scenarios', '.scenarios'],
    ['time', '/time', '.clock'],
    ['accounts', '/accounts', '.people li'],
  ] as const;

  const show = async ({ page, sim }: OpenedPage, hash: string, ready: string): Promise<void> => {
    await page.goto(`${sim.url}/#${hash}`);
    await page.locator(ready).first().waitFor();
    await page.locator('.armed').waitFor();
  };

  describe.each([
    ['English', 'en-US'],
    ['Chinese', 'zh-CN'],
  ] as const)('in %s', (_, locale) => {
    describe.each([WIDE, NARROW])('at %i px', (width) => {
      let opened: OpenedPage;
      beforeAll(async () => {
        opened = await openPage({ browser, locale, width });
        await fill(opened);
      });
      afterAll(() => opened.close());

      test.each(VIEWS)('%s: nothing overflows, and axe finds nothing serious', async (name, hash, ready) => {
        if (name === 'phone' && width === WIDE) return;
        const { page } = opened;
        await show(opened, hash, ready);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        expect(await page.evaluate(OVERFLOWING)).toEqual([]);
        await page.evaluate(axe);
        const options: RunOptions = { iframes: false, resultTypes: ['violations'] };
        const { violations } = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResults;
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
        await keep(page, `simulator-${name}-${locale.slice(0, 2)}-${width}`, { fullPage: true });
      });
    });
  });

  /** Elements that reach beyond the window, those that scroll by themselves excepted. */
  const OVERFLOWING = `[...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !element.closest('pre'))
    .map((element) => element.outerHTML.slice(0, 80))`;

  /** Pages of single tests, which are closed also when a test fails. */
  const pages: OpenedPage[] = [];
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.close();
  });
  const open = async (): Promise<OpenedPage> => {
    const opened = await openPage({ browser });
    pages.push(opened);
    return opened;
  };

  test('dark colours have enough contrast as well', async () => {
    const opened = await open();
    await opened.page.emulateMedia({ colorScheme: 'dark' });
    await fill(opened);
    for (const [, hash, ready] of VIEWS.slice(1)) {
      await show(opened, hash, ready);
      await opened.page.evaluate(axe);
      const { violations } = (await opened.page.evaluate(
        `axe.run(document, { iframes: false, runOnly: ['color-contrast'] })`,
      )) as AxeResults;
      expect([hash, violations.flatMap(({ nodes }) => nodes.map(({ html }) => html))]).toEqual([hash, []]);
    }
  });

  describe('the language', () => {
    let opened: OpenedPage;
    beforeEach(async () => {
      opened = await open();
      await fill(opened);
    });

    /** What the page itself says: not what shops, people and WeChat are called or say. */
    const ownText = async (): Promise<string> =>
      opened.page.evaluate(`(() => {
        const clone = document.querySelector('.layout').cloneNode(true);
        for (const each of clone.querySelectorAll('.language, code, pre, .why, .text, .phone select, .people h4, .detail')) each.remove();
        const labels = [...clone.querySelectorAll('[aria-label], [placeholder], [title]')]
          .flatMap((each) => [each.getAttribute('aria-label'), each.getAttribute('placeholder'), each.getAttribute('title')]);
        return [clone.textContent, ...labels].filter(Boolean).join('\\n');
      })()`);

    test('is one at a time: English has no Chinese character of the page’s own', async () => {
      for (const [, hash, ready] of VIEWS.slice(1)) {
        await show(opened, hash, ready);
        const lines = (await ownText()).split('\n').filter((line) => HAN.test(line.replaceAll(/小明|小红|老王/g, '')));
        expect([hash, lines]).toEqual([hash, []]);
      }
    });

    test('is chosen on the page, and kept', async () => {
      const { page } = opened;
      await page.getByRole('button', { name: '中文' }).click();
      await page.getByRole('heading', { name: '订单' }).waitFor();
      expect(await page.evaluate('document.documentElement.lang')).toBe('zh-CN');
      expect(await page.title()).toBe('订单 · 微信模拟器');
      await page.reload();
      await page.getByRole('heading', { name: '订单' }).waitFor();
      for (const [, hash, ready] of VIEWS.slice(1)) {
        await show(opened, hash, ready);
        const english = (await ownText()).match(
          /\b(?:Orders?|Notifications?|Requests?|Scenarios?|Accounts?|acknowledged|Paid|Refund|wrong|right)\b/g,
        );
        expect([hash, english ?? []]).toEqual([hash, []]);
      }
    });
  });

  test('everything is reached by keyboard, and a list is left with the back key', async () => {
    const opened = await open();
    await fill(opened);
    const { page } = opened;
    const focused = () => page.evaluate('document.activeElement?.textContent?.trim().slice(0, 40)') as Promise<string>;
    const tabTo = async (text: string): Promise<void> => {
      for (let presses = 0; presses < 80; presses++) {
        await page.keyboard.press('Tab');
        if ((await focused()).startsWith(text)) return;
      }
      throw new Error(`no Tab leads to ${text}`);
    };
    await page.locator('.order-row').first().waitFor();
    await tabTo('Requests');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'API requests' }).waitFor();
    await page.locator('main .row').first().waitFor();
    await tabTo('POST');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^Request r/ }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'API requests' }).waitFor();
  });

  test('no other page may frame it, and it runs no script but its own', async () => {
    const opened = await open();
    const answer = await opened.page.request.get(opened.sim.url);
    const policy = answer.headers()['content-security-policy'];
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("script-src 'self';");
  });
});
