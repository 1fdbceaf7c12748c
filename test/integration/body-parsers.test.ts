import { sign } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import AtKoaRouter from '@koa/router';
import type Koa from 'koa';
import type { Context, Middleware } from 'koa';
import KoaRouter from 'koa-router';
import type { SignedNotice } from 'koa-wxpay/testing';
import { parsers } from '../support/body-parsers.js';
import { merchantV3, noticeV3, platform } from '../support/merchant-v3.js';
import { merchant, notice as noticeV2, notifyShop, type TestShop } from '../support/shop.js';

const both = merchantV3({ v2: { key: merchant.key } });

let shop: TestShop;
afterEach(() => shop.close());

/** The very bytes count, not what they parse to: blanks, and an escape that `JSON.stringify` would not write. */
function prettyV3(): SignedNotice {
  const { body: printed, headers } = noticeV3();
  const body = printed.replace(/"summary":"[^"]*"/, '"summary" : "\\u652f\\u4ed8 龙井 "');
  const text = `${headers['wechatpay-timestamp']}\n${headers['wechatpay-nonce']}\n${body}\n`;
  const signature = sign('sha256', Buffer.from(text), platform.privateKey).toString('base64');
  return { body, headers: { ...headers, 'wechatpay-signature': signature } };
}

const versions = [
  ['v2', () => noticeV2({ attach: '龙井' }), 200, ['[1990]', '[1991]']],
  ['v3', prettyV3, 204, ['"id":"EV', '"id":"EW']],
] as const;

describe.each(parsers)('$name', ({ create, after, ...kept }) => {
  describe.each(versions)('%s', (version, notice, acknowledged, [genuine, forged]) => {
    test('before wxNotify: settled over the bytes that arrived, or an error that names what to move', async () => {
      shop = await notifyShop({ wxpay: both }, { around: (app) => app.use(create()) });
      const { status } = await shop.post(notice());
      if (kept[version] === 'kept') {
        expect([status, shop.codes, shop.handled]).toEqual([acknowledged, [], ['payment.success']]);
      } else {
        expect([status, shop.codes, shop.handled]).toEqual([500, ['ERR_WXPAY_RAW_BODY_UNAVAILABLE'], []]);
        expect(shop.errors[0]?.message).toMatch(/before the body parser.*includeUnparsed: true/);
      }
    });

    test('before wxNotify: a tampered notification is refused', async () => {
      shop = await notifyShop({ wxpay: both }, { around: (app) => app.use(create()) });
      const { headers, body } = notice();
      const { status } = await shop.post({ headers, body: body.replace(genuine, forged) });
      expect([status, shop.handled]).toEqual([kept[version] === 'kept' ? 401 : 500, []]);
    });

    test('after wxNotify: settled, or an error that names what to take out', async () => {
      const parse = create();
      const handler: Middleware = (ctx, next) =>
        parse(ctx, async () => {
          shop.handled.push(ctx.state.wxpay.notice.type);
          await next();
        });
      shop = await notifyShop({ wxpay: both }, { handler });
      const { status } = await shop.post(notice());
      if (after === 'silent') {
        expect([status, shop.codes, shop.handled]).toEqual([acknowledged, [], ['payment.success']]);
      } else {
        expect([status, shop.codes, shop.handled]).toEqual([503, ['ERR_WXPAY_HANDLER_FAILED'], []]);
        expect(shop.errors[0]?.message).toMatch(/body parser after wxNotify.*take it out/);
      }
    });
  });
});

describe('behind a router', () => {
  const routers: [name: string, mount: (app: Koa, ...middlewares: Middleware[]) => void][] = [
    ['koa-router', (app, ...all) => app.use(new KoaRouter().post('/', ...(all as KoaRouter.IMiddleware[])).routes())],
    [
      '@koa/router',
      (app, ...all) => app.use(new AtKoaRouter().post('/', ...(all as never[])).routes() as unknown as Middleware),
    ],
  ];
  const some = parsers.filter(({ name }) => /^(?:koa-body 8|koa-bodyparser 4|@koa\/bodyparser 6)/.test(name));

  describe.each(routers)('%s', (_, mount) => {
    test('without a parser, a notification is settled', async () => {
      shop = await notifyShop({ wxpay: both }, { mount });
      expect([(await shop.post(noticeV2())).status, shop.codes, shop.handled]).toEqual([200, [], ['payment.success']]);
    });

    test.each(some)('$name before wxNotify in the chain of the route', async ({ create, v3 }) => {
      shop = await notifyShop({ wxpay: both }, { mount: (app, ...all) => mount(app, create(), ...all) });
      expect((await shop.post(noticeV2())).status).toBe(200);
      expect((await shop.post(prettyV3())).status).toBe(v3 === 'kept' ? 204 : 500);
    });

    test.each(some)('$name after wxNotify in the chain of the route', async ({ create, after }) => {
      const between = (app: Koa, wx: Middleware, ...all: Middleware[]) => mount(app, wx, create(), ...all);
      shop = await notifyShop({ wxpay: both }, { mount: between });
      expect((await shop.post(noticeV2())).status).toBe(after === 'silent' ? 200 : 503);
    });
  });
});

describe('what a parser kept', () => {
  const { body } = noticeV2();
  const spoilt = noticeV2({ attach: '\ufffd' }).body;

  async function settle(keep: (ctx: Context) => void, sent = body): Promise<unknown[]> {
    const drain: Middleware = async (ctx, next) => {
      for await (const _ of ctx.req) {
        // The stream is read to its end, as a parser does it.
      }
      keep(ctx as Context);
      await next();
    };
    shop = await notifyShop({ wxpay: both }, { around: (app) => app.use(drain) });
    const { status } = await shop.post(sent);
    return [status, ...shop.codes];
  }

  type Holder = { rawBody?: unknown; body?: unknown };
  const koa = (ctx: Context) => ctx.request as Holder;
  const node = (ctx: Context) => ctx.req as unknown as Holder;
  const unparsed = Symbol.for('unparsedBody');

  test.each<[string, (ctx: Context) => void]>([
    ['a Buffer as rawBody', (ctx) => void Object.assign(koa(ctx), { rawBody: Buffer.from(body) })],
    ['a Uint8Array as rawBody', (ctx) => void Object.assign(koa(ctx), { rawBody: new TextEncoder().encode(body) })],
    ['text as rawBody', (ctx) => void Object.assign(koa(ctx), { rawBody: body })],
    ["a Buffer as rawBody of Node's request", (ctx) => void Object.assign(node(ctx), { rawBody: Buffer.from(body) })],
    ['text under a symbol', (ctx) => void Object.assign(koa(ctx), { body: { [unparsed]: body } })],
    ["text under a symbol of Node's request", (ctx) => void Object.assign(node(ctx), { body: { [unparsed]: body } })],
    ['text as body', (ctx) => void Object.assign(koa(ctx), { body })],
    ['a Buffer as body', (ctx) => void Object.assign(koa(ctx), { body: Buffer.from(body) })],
    ["a Buffer as body of Node's request", (ctx) => void Object.assign(node(ctx), { body: Buffer.from(body) })],
    [
      'a parsed body, and a Buffer beside it',
      (ctx) => {
        Object.assign(koa(ctx), { body: { xml: {} } });
        Object.assign(node(ctx), { rawBody: Buffer.from(body) });
      },
    ],
  ])('%s serves', async (_, keep) => expect(await settle(keep)).toEqual([200]));

  test.each<[string, (ctx: Context) => void]>([
    ['text with U+FFFD, which has lost its bytes', (ctx) => void Object.assign(koa(ctx), { rawBody: spoilt })],
    ['an object as rawBody', (ctx) => void Object.assign(koa(ctx), { rawBody: { a: 1 } })],
    ['a parsed body', (ctx) => void Object.assign(koa(ctx), { body: { a: 1 } })],
    ['an array of bytes', (ctx) => void Object.assign(koa(ctx), { body: [...Buffer.from(body)] })],
    ['null', (ctx) => void Object.assign(koa(ctx), { rawBody: null, body: null })],
    ['nothing', () => {}],
  ])('%s does not serve', async (_, keep) =>
    expect(await settle(keep, spoilt)).toEqual([500, 'ERR_WXPAY_RAW_BODY_UNAVAILABLE']),
  );

  test('a Buffer of exactly 128 KiB is read, and one above the limit is refused', async () => {
    const keep = (size: number) => (ctx: Context) => void Object.assign(koa(ctx), { rawBody: Buffer.alloc(size, '<') });
    expect(await settle(keep(128 * 1024))).toEqual([401, 'ERR_WXPAY_BAD_SIGNATURE']);
    await shop.close();
    expect(await settle(keep(128 * 1024 + 1))).toEqual([413, 'ERR_WXPAY_BODY_TOO_LARGE']);
  });
});
