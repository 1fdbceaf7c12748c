import { describe, expect, test } from '@jest/globals';
import KoaRouterAt from '@koa/router';
import Koa, { type Middleware } from 'koa';
import { koaBody } from 'koa-body';
import bodyParser from 'koa-bodyparser';
import KoaRouter from 'koa-router';
import { memoryOnce, wxNotify, wxOAuth, wxPrepay } from 'koa-wxpay';
import { checkApp } from '../../../../src/cli/doctor/app/check-app.js';
import { merchantV3 } from '../../../support/merchant-v3.js';

const wxpay = merchantV3();
const oauth = wxOAuth({
  appid: wxpay.appid,
  secret: '0'.repeat(32),
  origin: 'https://shop.example',
}) as unknown as Middleware;
const prepay = wxPrepay({ wxpay, order: () => null }) as unknown as Middleware;
const notify = wxNotify({ wxpay, findOrder: async () => null, once: memoryOnce() }) as unknown as Middleware;
const page: Middleware = (ctx) => {
  ctx.body = '';
};
const KEYS = ['a long random secret of this test'];
const NOTIFY = { notifyUrls: ['https://shop.example/wxpay/notify'] };

const said = (app: Koa, facts = NOTIFY): string[] =>
  checkApp(app, facts).map(({ severity, subject, what }) => `${severity} ${subject}: ${what}`);

type Router = KoaRouter | KoaRouterAt;
type Mount = (app: Koa, router: Router) => void;
const routers: [name: string, create: () => Router][] = [
  ['koa-router', () => new KoaRouter({ sensitive: true })],
  ['@koa/router', () => new KoaRouterAt({ sensitive: true })],
];

describe.each(routers)('an app with %s', (_, create) => {
  const findings = (mount: Mount, keys: string[] | undefined = KEYS, router = create()): string[] => {
    const app = new Koa();
    if (keys) app.keys = keys;
    mount(app, router);
    app.use((router as KoaRouter).routes());
    return said(app);
  };
  const post = (router: Router, ...chain: Middleware[]) =>
    (router as KoaRouter).post('/wxpay/notify', ...(chain as [Middleware]));
  const get = (router: Router, ...chain: Middleware[]) =>
    (router as KoaRouter).get('/orders/:id/pay', ...(chain as [Middleware]));

  test('in order is in order, behind koa-bodyparser as well', () => {
    const right: Mount = (app, router) => {
      app.use(bodyParser());
      post(router, notify, page);
      get(router, oauth, prepay, page);
    };
    expect(findings(right)).toEqual(['ok app: 2 routes with middlewares of koa-wxpay are in order']);
  });

  test.each<[name: string, finding: string, mount: Mount]>([
    [
      'koa-body before wxNotify',
      'error POST /wxpay/notify: koa-body runs before wxNotify',
      (app, router) => {
        app.use(koaBody());
        post(router, notify, page);
      },
    ],
    [
      'a login before wxNotify',
      'error POST /wxpay/notify: a login runs before wxNotify',
      (app, router) => {
        app.use(oauth);
        post(router, notify, page);
      },
    ],
    [
      'two merchants on one path',
      'error POST /wxpay/notify: two wxNotify run for one path',
      (_, router) => post(router, notify, notify, page),
    ],
    ['wxNotify for every request', 'error every request: wxNotify is mounted with app.use', (app) => app.use(notify)],
    [
      'wxNotify by GET',
      'error GET /wxpay/notify: wxNotify is not mounted for POST',
      (_, router) => (router as KoaRouter).get('/wxpay/notify', notify, page),
    ],
    [
      'wxPrepay before the login',
      'warning GET /orders/:id/pay: nothing before wxPrepay finds out the openid',
      (_, router) => {
        post(router, notify, page);
        get(router, prepay, oauth, page);
      },
    ],
    [
      'no wxNotify',
      'error wxNotify: orders are placed, and wxNotify is not mounted',
      (_, router) => get(router, oauth, prepay, page),
    ],
    [
      'wxNotify elsewhere',
      'error notify_url: its path is /wxpay/notify, and wxNotify is mounted at /notified',
      (_, router) => (router as KoaRouter).post('/notified', notify, page),
    ],
    [
      'a proxy that is believed',
      'warning app.proxy: app.maxIpsCount is not set',
      (app, router) => {
        app.proxy = true;
        post(router, notify, page);
      },
    ],
  ])('%s', (_, finding, mount) => expect(findings(mount)).toContain(finding));

  test('app.keys that are missing or short', () => {
    const mount: Mount = (_, router) => get(router, oauth, page);
    expect(findings(mount, undefined).filter((each) => each.includes('app.keys'))).toEqual([]);
    const app = new Koa();
    const router = create();
    mount(app, router);
    app.use((router as KoaRouter).routes());
    expect(said(app)).toContain('error app.keys: they are missing');
    expect(findings(mount, ['secret'])).toContain('warning app.keys: a key has fewer than 16 characters');
  });
});

test('a router that is not sensitive serves /ACCOUNT without the guard of router.use', () => {
  const app = new Koa();
  app.keys = KEYS;
  const router = new KoaRouterAt({ prefix: '/account' });
  router.use(oauth).get('/orders', page).get('/pay', prepay, page).post('/notify', notify, page);
  app.use(router.routes());
  expect(said(app, { notifyUrls: [] })).toEqual(
    expect.arrayContaining([
      'warning GET /account/orders: a login is mounted with router.use, and the router is not sensitive',
      'warning GET /account/pay: the router is not sensitive, and 支付授权目录 is',
      'error POST /account/notify: a login runs before wxNotify',
    ]),
  );
});

test('an app without middlewares of this package is called so', () => {
  expect(said(new Koa().use(page))).toEqual(['warning app: no middleware of koa-wxpay was found']);
});
