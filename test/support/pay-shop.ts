import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa, { type Context, type Middleware } from 'koa';
import {
  createSettlement,
  memoryOnce,
  type Order,
  type PayType,
  type Settlement,
  type Wxpay,
  wxJsConfig,
  wxMiniLogin,
  wxPrepay,
  wxSettle,
} from 'koa-wxpay';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { MINI, OFFICIAL } from './mini-shop.js';
import { listening, order } from './shop.js';
import { merchantOf, type Version } from './versions.js';

/** A shop whose pages use the built `koa-wxpay/browser`, on the phone of a simulator. Its one order is `SHOP00A17`. */
export interface PayShop {
  sim: Simulator;
  url: string;
  order: Order;
  errors: Error[];
  /** How often `/settle` was asked. */
  readonly asked: number;
  /** An unpaid order again. */
  reset(): void;
  /** Closes the order at WeChat. */
  closeOrder(): Promise<void>;
  close(): Promise<void>;
}

/** The module as a page loads it: the file that the build made. */
const browserModule = (): string => readFileSync('dist/browser/index.mjs', 'utf8');

export async function startPayShop(version: Version): Promise<PayShop> {
  const sim = await createSimulator({
    apps: [{ ...MINI, kind: 'miniProgram' }],
    merchant: { appids: [OFFICIAL, MINI.appid] },
  });
  const app = new Koa();
  app.keys = ['k'];
  const errors: Error[] = [];
  app.on('error', (error) => errors.push(error));
  const server = await listening(createServer());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  sim.phone.shop = url;
  let count = 0;
  let asked = 0;
  let current = order();

  const merchants = { page: merchantOf(sim, version), mini: merchantOf(sim, version, { appid: MINI.appid }) };
  const settlementOf = (wxpay: Wxpay): Settlement =>
    createSettlement({
      wxpay,
      findOrder: async (out_trade_no) => (out_trade_no === current.out_trade_no ? current : null),
      once: memoryOnce(),
      fulfil: async (notice) => {
        if (notice.type !== 'payment.success') return;
        current = { ...current, state: 'paid', transaction_id: notice.payment.transaction_id };
      },
    });
  const settle = wxSettle(settlementOf(merchants.page), { order: () => current });
  const openid = sim.people[0]?.openid(OFFICIAL) as string;
  const prepay = (type: PayType) =>
    wxPrepay({
      wxpay: merchants.page,
      type,
      order: () => current,
      ...(type === 'jsapi' && { openid: () => openid }),
    }) as Middleware;
  const { login, guard } = wxMiniLogin({ ...MINI, baseUrl: sim.url, now: sim.clock.now });
  const jsConfig = wxJsConfig({
    appid: OFFICIAL,
    secret: sim.app.secret,
    origin: sim.phoneUrl,
    baseUrl: sim.url,
    now: sim.clock.now,
  }) as Middleware;
  const page =
    (script: (ctx: Context) => string): Middleware =>
    (ctx) => {
      ctx.type = 'html';
      ctx.body = `<!doctype html><meta charset="utf-8"><title>shop</title>
${ctx.path === '/sdk' ? '<script src="https://res.wx.qq.com/open/js/jweixin-1.6.0.js"></script>' : ''}
<button id="pay" disabled>微信支付</button><p id="result"></p>
<script type="module">
import { pay, waitUntilPaid } from '/wxpay.js';
window.progress = [];
const onProgress = (each) => window.progress.push(each);
const show = (outcome) => { document.getElementById('result').textContent = outcome; };
const button = document.getElementById('pay');
${script(ctx)}
button.disabled = false;
</script>`;
    };
  const begin = (params: object): string =>
    `const params = ${JSON.stringify(params)};
button.onclick = () => pay(params, { settle: '/settle', onProgress, signal: window.signal }).then(show, (error) => show('rejected: ' + error.name));`;

  const routes: Record<string, Middleware[]> = {
    '/wxpay.js': [
      (ctx) => {
        ctx.type = 'text/javascript';
        ctx.body = browserModule();
      },
    ],
    '/bridge': [prepay('jsapi'), page((ctx) => begin(ctx.state.wxpay.jsapi))],
    '/forged': [prepay('jsapi'), page((ctx) => begin({ ...ctx.state.wxpay.jsapi, paySign: 'forged' }))],
    '/sdk': [
      prepay('jsapi'),
      jsConfig,
      page((ctx) => {
        const { jsConfig, chooseWXPay } = ctx.state.wxpay;
        const config = ctx.query.wrong === undefined ? jsConfig : { ...jsConfig, signature: 'wrong' };
        return `wx.config(${JSON.stringify(config)});\n${begin(chooseWXPay)}`;
      }),
    ],
    '/qr': [
      prepay('native'),
      page(
        (ctx) => `window.code_url = ${JSON.stringify(ctx.state.wxpay.code_url)};\nwaitUntilPaid('/settle').then(show);`,
      ),
    ],
    '/mini': [page(() => MINI_PAGE)],
    '/mini/login': [login],
    '/mini/orders/1/pay': [
      guard as Middleware,
      wxPrepay({ wxpay: merchants.mini, order: () => current }) as Middleware,
      (ctx) => {
        ctx.body = ctx.state.wxpay.requestPayment;
      },
    ],
    '/mini/orders/1/settle': [guard as Middleware, wxSettle(settlementOf(merchants.mini), { order: () => current })],
    '/settle': [
      (_ctx, next) => {
        asked++;
        return next();
      },
      settle,
    ],
  };
  app.use(async (ctx) => {
    const chain = routes[ctx.path] ?? [];
    const run = (at: number): Promise<unknown> => Promise.resolve(chain[at]?.(ctx, () => run(at + 1)));
    await run(0);
  });
  server.on('request', app.callback());

  return {
    sim,
    url,
    errors,
    get order() {
      return current;
    },
    get asked() {
      return asked;
    },
    reset() {
      sim.switches.clear();
      sim.switches.notification = 'never';
      current = order({ out_trade_no: `SHOP00A17-${++count}` });
      asked = 0;
      errors.length = 0;
    },
    closeOrder: () => merchants.page.closeOrder(current.out_trade_no),
    async close() {
      await sim.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The client of the guide as it stands there, in place of the pages of a mini program, which a browser cannot show. */
const GUIDE =
  /<!-- file: shop\.js -->\n```js\n(.*?)```/s.exec(readFileSync('docs/mini-programs.md', 'utf8'))?.[1] ?? '';
const MINI_PAGE = `
const shop = ((require, module) => {
${GUIDE.replace("'https://shop.example/mini'", "location.origin + '/mini'")}
return module.exports;
})(() => ({ pay }), {});
button.onclick = async () => show(await shop.payOrder('1', onProgress));`;
