import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Koa, { type Middleware } from 'koa';
import { wxOAuth } from 'koa-wxpay';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import type { Browser } from 'playwright-core';
import { launchChromium, newContext } from '../support/browser.js';
import { describeWith } from '../support/needs.js';
import { listening } from '../support/shop.js';

describeWith(['chromium'], 'a page that needs a login, opened by a browser', () => {
  let browser: Browser;
  let sim: Simulator;
  let server: Server;
  /** Requests for the guarded page, and what they were answered. */
  const asked: { path: string; status: number }[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
    sim = await createSimulator();
    const app = new Koa({ keys: ['a long random secret'] });
    const { appid, secret } = sim.app;
    const oauth = wxOAuth({
      appid,
      secret,
      origin: sim.phoneUrl,
      baseUrl: sim.url,
      authorizeUrl: `${sim.phoneUrl}/connect/oauth2/authorize`,
      now: sim.clock.now,
    }) as unknown as Middleware;
    app.use(async (ctx, next) => {
      if (ctx.path === '/outer') {
        ctx.body = '<!doctype html><p>outer</p><iframe src="/inner?a=1"></iframe>';
      } else if (ctx.path === '/prefetching') {
        ctx.body = '<!doctype html><link rel="prefetch" href="/inner?a=2" onerror="document.title = \'refused\'">';
      } else {
        await next();
        asked.push({ path: ctx.url, status: ctx.status });
      }
    });
    app.use((ctx, next) => (ctx.path === '/inner' ? oauth(ctx, next) : undefined));
    app.use((ctx) => {
      if (ctx.path === '/inner') ctx.body = `<!doctype html><p id="openid">${ctx.state.wxpay.openid}</p>`;
    });
    server = await listening(createServer(app.callback()));
    sim.phone.shop = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
    await sim?.close();
  });

  test('in a frame shows a link, and the link logs in and shows the page in the whole window', async () => {
    const context = await newContext(browser, {});
    const page = await context.newPage();
    await page.goto(`${sim.phoneUrl}/outer`);
    const link = page.frameLocator('iframe').getByRole('link');
    expect(await link.getAttribute('href')).toBe(`${sim.phoneUrl}/inner?a=1`);
    await link.click();
    expect(await page.locator('#openid').textContent()).toBe(sim.people[0]?.openid(sim.app.appid));
    expect(page.url()).toMatch(/\/inner\?a=1(?:#wechat_redirect)?$/);
    await page.goto(`${sim.phoneUrl}/outer`);
    expect(await page.frameLocator('iframe').locator('#openid').textContent()).toMatch(/^o/);
    await context.close();
  });

  test('ahead of time begins no login', async () => {
    const context = await newContext(browser, {});
    const page = await context.newPage();
    await page.goto(`${sim.phoneUrl}/prefetching`);
    await page.waitForFunction("document.title === 'refused'");
    expect(asked.filter(({ path }) => path === '/inner?a=2')).toEqual([{ path: '/inner?a=2', status: 401 }]);
    expect(await context.cookies()).toEqual([]);
    await context.close();
  });
});
