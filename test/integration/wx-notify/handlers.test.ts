import { afterEach, describe, expect, test } from '@jest/globals';
import AtKoaRouter from '@koa/router';
import type Koa from 'koa';
import type { Middleware } from 'koa';
import KoaRouter from 'koa-router';
import { notice, notifyShop, type TestShop } from '../../support/shop.js';

type Mount = (app: Koa, wx: Middleware, ...rest: Middleware[]) => void;
interface AnyRouter {
  get(path: string, ...all: unknown[]): unknown;
  post(path: string, ...all: unknown[]): unknown;
  use(...all: unknown[]): unknown;
  routes(): Middleware;
  allowedMethods(): Middleware;
}

let shop: TestShop;
afterEach(() => shop.close());

const page: Middleware = (ctx) => {
  ctx.body = 'a page';
};

describe.each<[string, () => AnyRouter]>([
  ['koa-router', () => new KoaRouter() as unknown as AnyRouter],
  ['@koa/router', () => new AtKoaRouter() as unknown as AnyRouter],
])('with %s', (_, create) => {
  const within =
    (mount: (router: AnyRouter, wx: Middleware, ...rest: Middleware[]) => void, after: Middleware[] = []): Mount =>
    (app, wx, ...rest) => {
      const router = create();
      mount(router, wx, ...rest);
      app.use(router.routes()).use(router.allowedMethods());
      for (const middleware of after) app.use(middleware);
    };

  test.each<[string, Mount]>([
    ['alone on its route', within((router, wx) => router.post('/', wx))],
    [
      'behind another middleware of its route',
      within((router, wx) => router.post('/', (_: unknown, next: () => unknown) => next(), wx)),
    ],
    [
      'beside a route of another method',
      within((router, wx) => {
        router.post('/', wx);
        router.get('/', page);
      }),
    ],
    [
      'beside a route of another path',
      within((router, wx) => {
        router.post('/', wx);
        router.post('/other', page);
      }),
    ],
    ['before what the application does for every request', within((router, wx) => router.post('/', wx), [page])],
  ])('wxNotify %s has no handler: not acknowledged, and the error says what to mount', async (_, mount) => {
    shop = await notifyShop({}, { mount });
    expect((await shop.post(notice())).status).toBe(503);
    expect(shop.errors).toMatchObject([
      {
        code: 'ERR_WXPAY_HANDLER_FAILED',
        message: expect.stringMatching(/nothing is mounted after wxNotify: mount the handler/),
      },
    ]);
  });

  test.each<[string, Mount]>([
    ['on its route', within((router, wx, ...rest) => router.post('/', wx, ...rest))],
    [
      'on a route that follows router.use',
      within((router, wx, ...rest) => {
        router.use('/', wx);
        router.post('/', ...rest);
      }),
    ],
    [
      'in a router inside the router',
      within((router, wx, ...rest) => {
        const inner = create();
        inner.post('/', wx, ...rest);
        router.use('', inner.routes());
      }),
    ],
    [
      'inside a function of the host',
      within((router, wx, handler) =>
        router.post('/', (ctx: Koa.Context) => wx(ctx, () => handler?.(ctx, async () => {}) as Promise<unknown>)),
      ),
    ],
  ])('a handler %s is found', async (_, mount) => {
    shop = await notifyShop({}, { mount });
    expect([(await shop.post(notice())).status, shop.codes, shop.handled]).toEqual([200, [], ['payment.success']]);
  });
});

test('with "fulfil" nothing needs to be mounted', async () => {
  shop = await notifyShop({ fulfil: async () => {} }, { handler: null });
  expect((await shop.post(notice())).status).toBe(200);
});

test('a logger above that reads the state is no handler', async () => {
  let logged: unknown;
  const logger: Middleware = async (ctx, next) => {
    await next();
    logged = { ...ctx.state.wxpay };
  };
  shop = await notifyShop({}, { around: (app) => app.use(logger), handler: null });
  expect((await shop.post(notice())).status).toBe(503);
  expect(logged).toEqual({});
});
