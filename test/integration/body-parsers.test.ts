import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { bodyParser as koaBodyParserNew } from '@koa/bodyparser';
import AtKoaRouter from '@koa/router';
import Koa, { type Middleware } from 'koa';
import { koaBody } from 'koa-body';
import koaBodyParser from 'koa-bodyparser';
import KoaRouter from 'koa-router';
import { memoryOnce, wxNotify } from 'koa-wxpay';
import { listening, merchantV2, notice, order } from '../support/shop.js';

/** Mounted around a notification route: what it does to a v2 (XML) body. */
const parsers: [name: string, parser: (() => Middleware) | undefined, xml: 'reads' | 'leaves' | 'swallows'][] = [
  ['no parser', undefined, 'leaves'],
  ['koa-bodyparser', () => koaBodyParser(), 'leaves'],
  ['koa-bodyparser with xml', () => koaBodyParser({ enableTypes: ['json', 'form', 'xml'] }), 'reads'],
  ['@koa/bodyparser', () => koaBodyParserNew(), 'leaves'],
  ['@koa/bodyparser with xml', () => koaBodyParserNew({ enableTypes: ['json', 'form', 'xml'] }), 'reads'],
  ['koa-body', () => koaBody(), 'swallows'],
  ['koa-body with includeUnparsed', () => koaBody({ includeUnparsed: true }), 'reads'],
];

const routers: [name: string, mount: (app: Koa, ...middlewares: Middleware[]) => void][] = [
  [
    'koa-router',
    (app, ...all) => app.use(new KoaRouter().post('/wxpay/notify', ...(all as KoaRouter.IMiddleware[])).routes()),
  ],
  [
    '@koa/router',
    (app, ...all) =>
      app.use(new AtKoaRouter().post('/wxpay/notify', ...(all as never[])).routes() as unknown as Middleware),
  ],
];

const handler: Middleware = (ctx) => {
  ctx.state.handled = ctx.state.wxpay.notice.type;
};

async function post(app: Koa, body: string): Promise<{ status: number; errors: Error[] }> {
  const errors: Error[] = [];
  app.on('error', (error: Error) => errors.push(error));
  const server = await listening(createServer(app.callback()));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/wxpay/notify`;
    const { status } = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'text/xml' } });
    return { status, errors };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const wx = () => wxNotify({ wxpay: merchantV2(), findOrder: async () => order(), once: memoryOnce() });

describe.each(routers)('%s', (_, mount) => {
  describe.each(parsers)('%s', (name, parser, xml) => {
    test('before wxNotify: the notification is settled, or the error names what to move', async () => {
      const app = new Koa();
      if (parser) app.use(parser());
      mount(app, wx() as Middleware, handler);
      const { status, errors } = await post(app, notice().body);
      if (xml === 'swallows') {
        expect(status).toBe(500);
        expect(errors).toEqual([expect.objectContaining({ code: 'ERR_WXPAY_RAW_BODY_UNAVAILABLE' })]);
        expect(errors[0]?.message).toMatch(/before the body parser.*includeUnparsed: true/);
      } else {
        expect({ status, errors }).toEqual({ status: 200, errors: [] });
      }
    });

    test('before wxNotify: a tampered notification is refused', async () => {
      const app = new Koa();
      if (parser) app.use(parser());
      mount(app, wx() as Middleware, handler);
      const { status } = await post(app, notice().body.replace('[1990]', '[1991]'));
      expect(status).toBe(xml === 'swallows' ? 500 : 401);
    });

    test('after wxNotify: the notification is settled, or the error names what to take out', async () => {
      const app = new Koa();
      mount(app, wx() as Middleware, ...(parser ? [parser()] : []), handler);
      const { status, errors } = await post(app, notice().body);
      if (name.startsWith('koa-body ') || name === 'koa-body') {
        // koa-body knows no way to be told that the stream has been read
        expect(status).toBe(503);
        expect(errors.map(({ message }) => message)).toEqual([
          expect.stringMatching(/body parser after wxNotify.*take it out/),
        ]);
      } else {
        expect({ status, errors }).toEqual({ status: 200, errors: [] });
      }
    });
  });
});

describe('what a parser kept', () => {
  const keeping =
    (rawBody: unknown): Middleware =>
    async (ctx, next) => {
      for await (const _ of ctx.req) {
        // drained, as a parser does
      }
      (ctx.request as { rawBody?: unknown }).rawBody = rawBody;
      await next();
    };
  const settle = async (rawBody: unknown) => {
    const app = new Koa();
    app.use(keeping(rawBody));
    app.use(wx());
    app.use(handler);
    const { status, errors } = await post(app, notice().body);
    return [status, errors.map((error) => (error as { code?: string }).code)];
  };
  test('a Buffer is best', async () => expect(await settle(Buffer.from(notice().body))).toEqual([200, []]));
  test('a string serves', async () => expect(await settle(notice().body)).toEqual([200, []]));
  test('a string with U+FFFD has lost its bytes', async () => {
    expect(await settle(notice({ attach: '\ufffd' }).body)).toEqual([500, ['ERR_WXPAY_RAW_BODY_UNAVAILABLE']]);
  });
  test('an object is no body', async () =>
    expect(await settle({ a: 1 })).toEqual([500, ['ERR_WXPAY_RAW_BODY_UNAVAILABLE']]));
  test('a Buffer above the limit is refused', async () => {
    expect(await settle(Buffer.alloc(128 * 1024 + 1))).toEqual([413, ['ERR_WXPAY_BODY_TOO_LARGE']]);
  });
});
