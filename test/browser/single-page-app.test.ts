import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import cors from '@koa/cors';
import Koa, { type Context, type Middleware } from 'koa';
import Router from 'koa-router';
import { createSettlement, memoryOnce, type Order, wxJsConfig, wxNotify, wxOAuth, wxPrepay, wxSettle } from 'koa-wxpay';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { keep, launchChromium, newContext, PHONE } from '../support/browser.js';
import { describeWith } from '../support/needs.js';
import { listening, order } from '../support/shop.js';
import { merchantOf, type Version, versions } from '../support/versions.js';

/** The front end of the guide, as it stands there. */
const GUIDE =
  /<!-- file: shop\.js -->\n```js\n(.*?)```/s.exec(readFileSync('docs/single-page-apps.md', 'utf8'))?.[1] ?? '';

/** An application with hash routes: `#/orders/:id` shows the order, and pays it. */
const INDEX = `<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>茶店</title>
<style>body{font:16px/1.6 system-ui;margin:0;padding:24px}button{font:inherit;width:100%;padding:12px;border:0;border-radius:8px;background:#07c160;color:#fff}</style>
<h1 id="view">…</h1><button id="go" hidden>微信支付</button><p id="state" role="status"></p>
<script type="module">
import { call, payOrder } from './shop.js';
const [view, go, state] = ['view', 'go', 'state'].map((id) => document.getElementById(id));
async function route() {
  const [, id] = /^#[/]orders[/]([\\w-]+)/.exec(location.hash) ?? [];
  if (!id) { view.textContent = '首页'; return; }
  try {
    const order = await call('GET', '/orders/' + id);
    view.textContent = order.description + ' ¥' + order.amount.total / 100;
    go.hidden = order.state === 'paid';
    go.onclick = async () => { state.textContent = await payOrder(id); };
  } catch (error) {
    state.textContent = error.message;
  }
}
addEventListener('hashchange', route);
route();
</script>`;

describeWith(['chromium'], 'a single-page app', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  describe.each(versions)('over API %s', (version) => {
    let shop: Shop;
    let context: BrowserContext;
    let page: Page;
    let complaints: string[];

    beforeAll(async () => {
      shop = await startShop(version);
    });
    afterAll(() => shop?.close());
    beforeEach(async () => {
      shop.reset();
      context = await newContext(browser, { viewport: PHONE });
      page = await context.newPage();
      complaints = [];
      page.on('pageerror', (error) => complaints.push(error.message));
    });
    afterEach(async () => {
      await context.close();
      expect(complaints).toEqual([]);
    });

    const shown = (text: string) => page.getByRole('heading', { name: text }).waitFor();
    const state = () => page.locator('#state:not(:empty)').textContent();

    test('on the origin of its API: logs in from a hash route, comes back to it, and pays', async () => {
      const route = `${shop.sim.phoneUrl}/app/?from=chat#/orders/${shop.order.out_trade_no}`;
      await page.goto(route);
      await shown('明前龙井 ¥19.9');
      expect(page.url()).toBe(route);
      expect(shop.logins).toBe(1);
      if (version === 'v3') await keep(page, 'spa-order');
      await page.getByRole('button', { name: '微信支付' }).click();
      await page.getByRole('button', { name: '立即支付' }).click();
      expect(await state()).toBe('paid');
      expect(shop.order.state).toBe('paid');
    });

    test('on an origin of its own: the same login leads back there, and the answers can be read', async () => {
      const route = `${shop.frontEnd}/#/orders/${shop.order.out_trade_no}`;
      await giveBridge(page, shop.sim);
      await page.goto(route);
      await shown('明前龙井 ¥19.9');
      expect(page.url()).toBe(route);
      await page.getByRole('button', { name: '微信支付' }).click();
      expect(await state()).toBe('paid');
      expect(shop.order.state).toBe('paid');
    });

    test('the address of the page that asks is what wx.config is signed for', async () => {
      await page.goto(`${shop.frontEnd}/?a=1#/cart`);
      await shown('首页');
      const config = await page.evaluate<object>(
        `import('./shop.js').then(({ call }) => call('GET', '/js-config?url=' + encodeURIComponent(location.href)))`,
      );
      const check = (url: string) =>
        fetch(`${shop.sim.phoneUrl}/__wechat/config`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ ...config, url }),
        }).then((response) => response.json());
      expect(await check(`${shop.frontEnd}/?a=1`)).toEqual({ errMsg: 'config:ok' });
      expect(await check(`${shop.sim.phoneUrl}/api/js-config`)).toEqual({ errMsg: 'config:invalid signature' });
    });

    test('a front end that is not listed reads nothing, and no login leads back to it', async () => {
      await page.goto(`${shop.stranger}/#/orders/${shop.order.out_trade_no}`);
      expect(await state()).toBe('Failed to fetch');
      const login = `${shop.sim.phoneUrl}/login?${new URLSearchParams({ return_to: `${shop.stranger}/#/x` })}`;
      expect((await page.goto(login))?.status()).toBe(400);
      expect(shop.logins).toBe(0);
    });

    test('a front end on another site, where the cookie never arrives, ends with a message and not in a circle', async () => {
      await page.goto(`${shop.otherSite}/#/orders/${shop.order.out_trade_no}`);
      expect(await state()).toContain('the login did not last');
      expect([shop.logins, new URL(page.url()).origin]).toEqual([1, shop.otherSite]);
    });
  });
});

interface Shop {
  sim: Simulator;
  order: Order;
  /** A front end on another origin, which the shop lists. */
  frontEnd: string;
  /** The same by another name, which browsers take for another site. */
  otherSite: string;
  /** One that the shop does not list. */
  stranger: string;
  /** How often somebody came back from WeChat. */
  readonly logins: number;
  reset(): void;
  close(): Promise<void>;
}

/** The server of the guide on the phone of a simulator, which plays WeChat, and two front ends elsewhere. */
async function startShop(version: Version): Promise<Shop> {
  const sim = await createSimulator();
  const servers: Server[] = [];
  const listen = async (app: Koa): Promise<string> => {
    const server = await listening(createServer(app.callback()));
    servers.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const module = readFileSync('dist/browser/index.mjs', 'utf8');
  const script = GUIDE.replace("'koa-wxpay/browser'", "'./wxpay.js'").replace('https://shop.example', sim.phoneUrl);
  const files: Record<string, [type: string, body: string]> = {
    '/': ['html', INDEX],
    '/shop.js': ['text/javascript', script],
    '/wxpay.js': ['text/javascript', module],
  };
  const serve: Middleware = (ctx, next) => {
    const file = files[ctx.path.replace(/^\/app(?=\/)/, '')];
    if (!file) return next();
    [ctx.type, ctx.body] = file;
  };
  const frontEnd = await listen(new Koa().use(serve));
  const stranger = await listen(new Koa().use(serve));

  let count = 0;
  let logins = 0;
  let current = order();
  const wxpay = merchantOf(sim, version);
  const settlement = createSettlement({
    wxpay,
    findOrder: async (out_trade_no) => (out_trade_no === current.out_trade_no ? current : null),
    once: memoryOnce(),
    fulfil: async (notice) => {
      if (notice.type !== 'payment.success') return;
      current = { ...current, state: 'paid', transaction_id: notice.payment.transaction_id };
    },
  });

  const otherSite = frontEnd.replace('127.0.0.1', 'localhost');
  const FRONT_ENDS = [frontEnd, otherSite];
  const { appid, secret } = sim.app;
  const account = { appid, secret, origin: sim.phoneUrl, origins: FRONT_ENDS, baseUrl: sim.url, now: sim.clock.now };
  const authorizeUrl = `${sim.phoneUrl}/connect/oauth2/authorize`;
  const oauth = wxOAuth({ ...account, authorizeUrl, loginPage: '/login' });
  const ordered = (ctx: Context) => (ctx.params.id === current.out_trade_no ? current : null);
  const router = new Router();
  router.post('/wxpay/notify', wxNotify(settlement));
  router.get('/login', oauth, (ctx) => ctx.redirect('/'));
  router.get('/api/js-config', wxJsConfig({ ...account, url: (ctx) => ctx.query.url }), (ctx) => {
    ctx.body = ctx.state.wxpay.jsConfig;
  });
  router.get('/api/orders/:id', oauth, async (ctx) => {
    ctx.body = await ordered(ctx);
  });
  router.post('/api/orders/:id/prepay', oauth, wxPrepay({ wxpay, settlement, order: ordered }), (ctx) => {
    ctx.body = ctx.state.wxpay.jsapi;
  });
  router.post('/api/orders/:id/settle', oauth, wxSettle(settlement, { order: ordered }));

  const app = new Koa({ keys: ['k'] });
  app.silent = true;
  app.use((ctx, next) => {
    if (ctx.path === '/login' && ctx.query.code !== undefined) logins++;
    return next();
  });
  app.use(
    cors({ credentials: true, origin: (ctx) => FRONT_ENDS.find((origin) => origin === ctx.get('Origin')) ?? '' }),
  );
  app.use(serve);
  app.use(router.routes());
  sim.phone.shop = await listen(app);

  return {
    sim,
    frontEnd,
    otherSite,
    stranger,
    get order() {
      return current;
    },
    get logins() {
      return logins;
    },
    reset() {
      sim.switches.clear();
      sim.switches.notification = 'never';
      current = order({ out_trade_no: `SHOP00A17-${++count}` });
      logins = 0;
    },
    async close() {
      await sim.close();
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

/** The phone puts its bridge into pages that it shows itself. To a page elsewhere WeChat would give one, too. */
async function giveBridge(page: Page, sim: Simulator): Promise<void> {
  await page.exposeFunction('payAtWechat', (params: never) => sim.pay(params));
  await page.addInitScript(`window.WeixinJSBridge = {
    invoke: (name, params, callback) => { window.payAtWechat(params).then(callback); },
  };`);
}
