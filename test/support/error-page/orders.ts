import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa, { type Middleware } from 'koa';
import {
  createSettlement,
  leaseOnce,
  memoryOnce,
  type Order,
  type Wxpay,
  watchStatements,
  wxJsConfig,
  wxMiniLogin,
  wxNotify,
  wxOAuth,
  wxPrepay,
  wxSettle,
} from 'koa-wxpay';
import { mysqlOnce } from 'koa-wxpay/mysql';
import { postgresOnce } from 'koa-wxpay/postgres';
import { redisOnce } from 'koa-wxpay/redis';
import { createSimulator, type Simulator } from 'koa-wxpay/simulator';
import { merchantV3 } from '../merchant-v3.js';
import { listening, merchantV2, notice, order } from '../shop.js';
import { merchantOf } from '../versions.js';
import { emitted } from './notifications.js';
import type { Provocations } from './rows.js';

const OPENID = { openid: () => 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' };
const mini = { appid: 'wx1111111111111111', secret: 's' };
const ACCOUNT = { appid: 'wx0123456789abcdef', secret: 's', origin: 'https://shop.example' };

/** The error that the app emits for one request to these middlewares. */
async function requested(middlewares: unknown[], init: RequestInit = {}, keys: string[] = ['k']): Promise<Error> {
  const app = new Koa();
  if (keys.length > 0) app.keys = keys;
  const error = new Promise<Error>((resolve) => app.once('error', resolve));
  for (const middleware of middlewares) app.use(middleware as Middleware);
  const server = await listening(createServer(app.callback()));
  try {
    await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, init);
    return await error;
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const prepaying = (found: unknown, wxpay: Wxpay = merchantV3()) =>
  requested([wxPrepay({ wxpay, order: () => found as Order, ...OPENID })]);
const placing = (changes: object, wxpay: Wxpay = merchantV3()) =>
  wxpay.prepay({ ...order(), ...changes } as Order, { openid: OPENID.openid() });

/** With a WeChat, and one order that the merchant of the simulator placed there. */
async function atWeChat(act: (wxpay: Wxpay, sim: Simulator) => unknown): Promise<unknown> {
  const sim = await createSimulator();
  try {
    const wxpay = merchantOf(sim, 'v3');
    await wxpay.native(order());
    return await act(wxpay, sim);
  } finally {
    await sim.close();
  }
}

const native = (wxpay: Wxpay, changes: Partial<Order> = {}, more = {}) =>
  requested([wxPrepay({ wxpay, type: 'native', order: () => order(changes), ...more })]);
const settling = (wxpay: Wxpay) =>
  createSettlement({ wxpay, findOrder: async () => order(), once: memoryOnce(), fulfil: async () => {} });

const noticed = (found: unknown) =>
  emitted({ findOrder: async () => found as Order }, {}, (shop) => shop.post(notice()));
const claim = { key: 'k', fingerprint: 'f', signal: new AbortController().signal };
const broken = () => Promise.reject(Object.assign(new Error('down'), { code: 'ECONNREFUSED' }));

export const orders: Provocations = {
  ERR_WXPAY_BAD_REQUEST: {
    '… on GET and POST only, not on …': () =>
      requested([wxPrepay({ wxpay: merchantV3(), order: () => null, ...OPENID })], { method: 'DELETE' }),
    'a mini program logs in on POST only, not on …': () => requested([wxMiniLogin(mini).login]),
    'a login is { "code" } with what wx.login() gave': () =>
      requested([wxMiniLogin(mini).login], {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json' },
      }),
    'another request is exchanging this code': async () => {
      const { login } = wxMiniLogin({ ...mini, baseUrl: 'http://127.0.0.1:9' });
      const post = { method: 'POST', body: '{"code":"c"}', headers: { 'content-type': 'application/json' } };
      const both: Middleware = async (ctx, next) => {
        await Promise.allSettled([login(Object.create(ctx), next), login(ctx as never, next)]);
      };
      return requested([both], post);
    },
    'the page is not on one of the origins that are signed: …': () =>
      requested([wxJsConfig({ ...ACCOUNT, url: () => 'https://evil.example/' })]),
    '"return_to" names a page that is neither on "origin" nor on one of "origins"': () =>
      requested([
        (ctx: Koa.Context, next: Koa.Next) => {
          ctx.req.url = ctx.originalUrl = '/?return_to=https%3A%2F%2Fevil.example%2F';
          return next();
        },
        wxOAuth(ACCOUNT),
      ]),
  },
  ERR_WXPAY_ORDER_INVALID: {
    'findOrder("…") must return the order with that very "out_trade_no"': () =>
      noticed(order({ out_trade_no: 'shop00a17' })),
    'order … is paid, and findOrder did not return the "transaction_id" that paid it': () =>
      noticed({ ...order(), state: 'paid' }),
    '"state" must be pending, paid, closed or refunded, not …': () => noticed({ ...order(), state: 'shipped' }),
    '"amount.total" must be whole fen, at least 1, not …': () => placing({ amount: { total: 19.9 } }),
    '"amount.currency" must be three capitals such as CNY': () => placing({ amount: { total: 1, currency: 'yuan' } }),
    '"out_trade_no" must be …': () => placing({ out_trade_no: 'A1' }),
    '"description" must be a string of 1 to 127 characters, not …': () => placing({ description: '' }),
    'under API v… "…" must be a string of at most …': () => placing({ attach: '茶'.repeat(43) }),
    'the order belongs to … …, not …': () => placing({ mchid: '1900000999' }),
    '"attach" may hold neither & nor = under API v2': () => placing({ attach: 'a=b' }, merchantV2()),
    '"notify_url" is not sent from an order': () => placing({ notify_url: 'https://shop.example/n' }),
    '"time_expire" must be a valid Date': () => placing({ time_expire: 'tomorrow' }),
    'an order must be an object, not …': () => prepaying('SHOP00A17'),
    '"reissue" must return the order under another "out_trade_no" than …': () =>
      atWeChat((wxpay) =>
        native(wxpay, { amount: { total: 1 } }, { settlement: settling(wxpay), reissue: async () => order() }),
      ),
    'an h5 order needs …': () =>
      merchantV3().h5({ ...order(), scene_info: { h5_info: { app_name: 'x' } } } as Order, { clientIp: '203.0.113.7' }),
    '… needs the payer\'s "clientIp"': () => merchantV3().h5(order(), {} as never),
    '"clientIp" must be an IPv4 or IPv6 address, not …': () => merchantV3().native(order(), { clientIp: 'here' }),
  },
  ERR_WXPAY_ORDER_CLOSED: {
    'order … is …, and was paid by …: refund it or reopen it': () => noticed(order({ state: 'closed' })),
    '… is closed at WeChat: give "reissue" and "settlement"': () =>
      atWeChat(async (wxpay) => {
        await wxpay.closeOrder('SHOP00A17');
        return native(wxpay);
      }),
  },
  ERR_WXPAY_HANDLER_FAILED: {
    'the handler for … ran no statement through "tx"': () =>
      watchStatements().check({ ...claim, requiresStatement: true }),
    'the handler for … returned while a statement was still under way': () => {
      const watch = watchStatements();
      watch.begin();
      watch.check(claim);
    },
  },
  ERR_WXPAY_STORE_FAILED: {
    'findOrder failed for …': () => emitted({ findOrder: broken }, {}, (shop) => shop.post(notice())),
    'PostgreSQL: …': () => postgresOnce({ connect: broken } as never)(claim, async () => {}),
    'MySQL: …': () =>
      mysqlOnce({ getConnection: broken, execute: broken, query: broken } as never)(claim, async () => {}),
    'Redis: …': () =>
      redisOnce({ eval: broken, evalsha: broken, config: broken, call: broken, options: {} } as never)(
        claim,
        async () => {},
      ),
    '"once" failed for …: …': () => emitted({ once: broken }, {}, (shop) => shop.post(notice())),
    'lease store: …': () =>
      leaseOnce({ claim: broken, renew: broken, complete: broken, release: broken })(claim, async () => {}),
    'the token cache failed: …': () =>
      requested([wxJsConfig({ ...ACCOUNT, cache: { get: broken, set: broken, claim: broken, release: broken } })]),
  },
  ERR_WXPAY_MOUNT: {
    'wxOAuth signs its cookies: set app.keys = …': () =>
      requested([wxOAuth(ACCOUNT)], { headers: { 'user-agent': 'MicroMessenger/8.0.49', accept: 'text/html' } }, []),
    'no openid: mount wxOAuth before wxPrepay': () =>
      requested([wxPrepay({ wxpay: merchantV3(), order: () => order() })]),
    'two wxNotify are mounted on one path': async () => {
      const second = wxNotify({
        wxpay: merchantV2(),
        findOrder: async () => order(),
        once: memoryOnce(),
      }) as Middleware;
      const error = await emitted({}, { handler: second }, (shop) => shop.post(notice()));
      return error.cause;
    },
    'an h5 order needs the address of the payer, and this request has none': () =>
      requested([
        (ctx: Koa.Context, next: Koa.Next) => {
          Object.defineProperty(ctx.req, 'socket', { value: undefined });
          return next();
        },
        wxPrepay({ wxpay: merchantV3(), type: 'h5', order: () => order() }),
      ]),
  },
  ERR_WXPAY_OPENID_REQUIRED: {
    '"openid" returned no openid for this request': () =>
      requested([wxPrepay({ wxpay: merchantV3(), order: () => order(), openid: () => '' })]),
    'prepay needs the openid of the payer': () => merchantV3().prepay(order(), {} as never),
  },
  ERR_WXPAY_BAD_TOKEN: {
    'the token was not signed for appid … and scope … with a key of this application': () =>
      requested([wxMiniLogin(mini).guard], {
        headers: { authorization: 'Bearer made.up' },
      }),
  },
  ERR_WXPAY_ORDER_NOT_FOUND: {
    'order(ctx) found no order': () => requested([wxSettle(settling(merchantV3()), { order: () => null })]),
  },
  ERR_WXPAY_ORDER_NOT_PAYABLE: {
    'order … is …, not pending': () => placing({ state: 'closed' }),
    'order … expired': () => prepaying(order({ time_expire: new Date(0) })),
  },
  ERR_WXPAY_ORDER_PAID: {
    'order … is paid at WeChat: its notification is under way': () =>
      atWeChat(async (_, sim) => {
        await sim.pay({ out_trade_no: 'SHOP00A17' });
        return native(merchantOf(sim, 'v3'));
      }),
    'order … is paid, and settled': () =>
      atWeChat(async (_, sim) => {
        await sim.pay({ out_trade_no: 'SHOP00A17' });
        const wxpay = merchantOf(sim, 'v3');
        return native(wxpay, {}, { settlement: settling(wxpay) });
      }),
    'order … is paid at WeChat (…), and not settled here yet': () =>
      atWeChat(async (_, sim) => {
        await sim.pay({ out_trade_no: 'SHOP00A17' });
        const wxpay = merchantOf(sim, 'v3');
        const settlement = createSettlement({
          wxpay,
          findOrder: async () => order({ state: 'closed' }),
          once: memoryOnce(),
          fulfil: async () => {},
          onAnomaly: () => 'ack',
        });
        return native(wxpay, {}, { settlement });
      }),
  },
  ERR_WXPAY_ORDER_CHANGED: {
    '… was placed before with another price, payer, text or way of paying': () =>
      atWeChat((wxpay) => native(wxpay, { amount: { total: 1 } })),
  },
};
