import { afterEach, describe, expect, test } from '@jest/globals';
import type Koa from 'koa';
import { ACK, notice, notifyShop, payment, refusal, type TestShop } from '../../support/shop.js';

let shop: TestShop;
afterEach(() => shop.close());

describe('a logger that throws changes no verdict', () => {
  const loud = (app: Koa) =>
    app.on('error', () => {
      throw new Error('log disk full');
    });
  const envelope = (app: Koa) =>
    app.use(async (ctx, next) => {
      try {
        await next();
      } catch {
        ctx.status = 200;
        ctx.body = { code: 1 };
      }
    });
  const around = (app: Koa) => {
    loud(app);
    envelope(app);
  };
  test('when the handler fails', async () => {
    shop = await notifyShop({}, { around, handler: (ctx) => ctx.throw(500, ctx.state.wxpay.notice.type) });
    expect(await shop.post(notice())).toEqual(refusal(503));
  });
  test('when the time is over, and when the late handler fails', async () => {
    let fail = () => {};
    const failing = new Promise<void>((_, reject) => (fail = () => reject(new Error('disk full'))));
    failing.catch(() => {});
    shop = await notifyShop({ deadline: 50 }, { around, handler: (ctx) => ctx.state.wxpay.notice && failing });
    expect(await shop.post(notice())).toEqual(refusal(503));
    fail();
    await new Promise((resolve) => setImmediate(resolve));
    const next = await notifyShop({}, { around });
    expect((await next.post(notice({ total_fee: '1' }))).status).toBe(500);
    await next.close();
  });
  test('when a stranger knocks', async () => {
    shop = await notifyShop({}, { around });
    expect((await shop.post('hello')).status).toBe(401);
  });
});

describe('an answer that leaves before the effect is durable', () => {
  const overridden = 'ERR_WXPAY_ANSWER_OVERRIDDEN';
  test('by a middleware with a time-out: found out, whatever the handler does then', async () => {
    let finish = () => {};
    const released = new Promise<void>((resolve) => (finish = resolve));
    shop = await notifyShop(
      {},
      {
        around: (app) =>
          app.use(async (ctx, next) => {
            const rest = next();
            ctx.respond = false;
            ctx.res.statusCode = 200;
            ctx.res.end('still working');
            finish();
            await rest;
          }),
        handler: async (ctx) => {
          await released;
          ctx.throw(500, ctx.state.wxpay.notice.type);
        },
      },
    );
    expect((await shop.post(notice())).status).toBe(200);
    while (shop.codes.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect([...shop.codes].sort()).toEqual([overridden, 'ERR_WXPAY_HANDLER_FAILED']);
  });
  test('by a handler on the raw response with 500: it has failed, and the next copy runs it again', async () => {
    let runs = 0;
    shop = await notifyShop(
      {},
      {
        handler: (ctx) => {
          expect(ctx.state.wxpay.notice).toBeDefined();
          if (++runs > 1) return;
          ctx.respond = false;
          ctx.res.statusCode = 500;
          ctx.res.end();
        },
      },
    );
    expect((await shop.post(notice())).status).toBe(500);
    expect(await shop.post(notice())).toEqual(ACK);
    expect(runs).toBe(2);
  });
  test('a store that gives up while the handler runs: nothing the handler says later is sent', async () => {
    let speak = () => {};
    const spoken = new Promise<void>((resolve) => (speak = resolve));
    shop = await notifyShop(
      {
        once: async (_, work) => {
          void work(undefined).catch(() => {});
          throw new Error('connection lost');
        },
      },
      {
        around: (app) =>
          app.use(async (_, next) => {
            await next();
            speak();
            await new Promise((resolve) => setImmediate(resolve));
          }),
        handler: async (ctx) => {
          expect(ctx.state.wxpay.notice).toBeDefined();
          await spoken;
          ctx.status = 204;
        },
      },
    );
    expect(await shop.post(notice())).toEqual(refusal(503));
  });
});

describe('headers', () => {
  test('a handler sets are not those of the acknowledgement; those from above stay', async () => {
    const around = (app: Koa) =>
      app.use((ctx, next) => {
        ctx.set('X-Request-Id', '7');
        return next();
      });
    const handler: Koa.Middleware = (ctx) => {
      expect(ctx.state.wxpay.notice).toBeDefined();
      ctx.set({ 'Content-Encoding': 'gzip', Location: '/elsewhere' });
    };
    shop = await notifyShop({}, { around, handler });
    const { body, headers } = notice();
    const answer = await fetch(shop.url, { method: 'POST', body, headers });
    expect([answer.status, await answer.text()]).toEqual([200, ACK.body]);
    expect(['x-request-id', 'content-encoding', 'location'].map((name) => answer.headers.get(name))).toEqual([
      '7',
      null,
      null,
    ]);
  });
  test('that somebody sent before a refusal: the connection ends without an acknowledgement, and it is told', async () => {
    const around = (app: Koa) =>
      app.use((ctx, next) => {
        ctx.res.writeHead(200, { 'content-length': '5' });
        ctx.res.flushHeaders();
        return next();
      });
    shop = await notifyShop({ fulfil: () => Promise.reject(new Error('down')) }, { around });
    await expect(shop.post(notice())).rejects.toThrow();
    expect([...shop.codes].sort()).toEqual(['ERR_WXPAY_ANSWER_OVERRIDDEN', 'ERR_WXPAY_HANDLER_FAILED']);
  });
});

describe('middlewares above', () => {
  test('the time they took counts: the deadline runs from the headers of the request', async () => {
    shop = await notifyShop(
      { deadline: 100 },
      {
        around: (app) =>
          app.use(async (ctx, next) => {
            ctx.state.began = performance.now();
            while (performance.now() - ctx.state.began < 100) await new Promise((resolve) => setImmediate(resolve));
            await next();
          }),
        handler: (ctx) => new Promise((resolve) => setImmediate(resolve, ctx.state.wxpay.notice)),
      },
    );
    expect(await shop.post(notice())).toEqual(refusal(503));
    expect(shop.codes).toContain('ERR_WXPAY_DEADLINE');
  });

  const envelope = (app: Koa) =>
    app.use(async (ctx, next) => {
      await next();
      ctx.status = 200;
      ctx.body = { code: 0, data: ctx.body };
    });
  test('one that rewrites every answer cannot turn a refusal into an acknowledgement', async () => {
    shop = await notifyShop({}, { around: envelope });
    expect(await shop.post(notice({ total_fee: '1' }, payment))).toEqual(refusal(500));
    expect(shop.codes).toEqual(['ERR_WXPAY_AMOUNT_MISMATCH']);
  });
  test('one that rewrites the acknowledgement is found out; nothing is done twice for the copies that follow', async () => {
    shop = await notifyShop({}, { around: envelope });
    await shop.post(notice());
    await shop.post(notice());
    while (shop.codes.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(shop.codes).toEqual(['ERR_WXPAY_ANSWER_OVERRIDDEN', 'ERR_WXPAY_ANSWER_OVERRIDDEN']);
    expect(shop.handled).toEqual(['payment.success']);
  });
  test('one that turns thrown errors into 200 has nothing to turn: refusals are not thrown', async () => {
    shop = await notifyShop(
      {},
      {
        around: (app) =>
          app.use(async (ctx, next) => {
            try {
              await next();
            } catch {
              ctx.status = 200;
              ctx.body = 'sorry';
            }
          }),
      },
    );
    expect(await shop.post(notice({ total_fee: '1' }))).toEqual(refusal(500));
  });
});
