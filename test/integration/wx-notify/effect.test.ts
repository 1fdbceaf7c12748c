import { afterEach, describe, expect, test } from '@jest/globals';
import type Koa from 'koa';
import { ACK, notice, notifyShop, refusal, type TestShop } from '../../support/shop.js';

let shop: TestShop;
afterEach(() => shop.close());

describe('the handler', () => {
  const failing = async (handler: NonNullable<Parameters<typeof notifyShop>[1]>['handler']) => {
    shop = await notifyShop({}, { handler });
    const answer = await shop.post(notice());
    return { answer, code: shop.codes[0], message: shop.errors[0]?.message, cause: shop.errors[0]?.cause };
  };

  test('that throws is not acknowledged; the next copy runs it again', async () => {
    let tries = 0;
    const thrown = new Error('disk full');
    const first = await failing((ctx) => {
      expect(ctx.state.wxpay.notice).toBeDefined();
      if (++tries === 1) throw thrown;
    });
    expect(first).toMatchObject({ answer: refusal(503), code: 'ERR_WXPAY_HANDLER_FAILED', cause: thrown });
    expect(await shop.post(notice())).toEqual(ACK);
    expect(tries).toBe(2);
  });
  test('that answers 400 or more is not acknowledged', async () => {
    const { answer, message } = await failing((ctx) => {
      expect(ctx.state.wxpay.notice).toBeDefined();
      ctx.status = 422;
    });
    expect(answer).toEqual(refusal(503));
    expect(message).toContain('answered 422');
  });
  test('that is missing is not acknowledged, and the error says what to mount', async () => {
    const { answer, message } = await failing(null);
    expect(answer).toEqual(refusal(503));
    expect(message).toContain('mount the handler');
  });
  test('that does not look at the notice is a handler: what it wrote is for the store to say', async () => {
    const { answer } = await failing(() => {});
    expect(answer).toEqual(ACK);
  });
  test('is given a notice that is plain data: reading it has no effect', async () => {
    let seen: PropertyDescriptor | undefined;
    const { answer } = await failing((ctx) => {
      seen = Object.getOwnPropertyDescriptor(ctx.state.wxpay, 'notice');
    });
    expect([answer, seen]).toEqual([ACK, expect.objectContaining({ value: expect.any(Object), writable: true })]);
  });
  test('that sets a body of its own does not change the acknowledgement', async () => {
    const { answer } = await failing((ctx) => {
      ctx.body = { ok: ctx.state.wxpay.notice.type };
    });
    expect(answer).toEqual(ACK);
  });
});

describe('with fulfil', () => {
  test('it is the effect, and what follows runs after the commit without tx and cannot change the answer', async () => {
    const steps: string[] = [];
    shop = await notifyShop(
      {
        once: async (_, work) => {
          await work('transaction');
          steps.push('commit');
          return 'ran';
        },
        fulfil: async ({ type }, { tx, signal }) => void steps.push(`${type} in ${tx}, ${signal.aborted}`),
      },
      {
        handler: (ctx) => {
          steps.push(`next: ${ctx.state.wxpay.notice.type}, ${ctx.state.wxpay.tx}`);
          ctx.throw(500, 'mail server down');
        },
      },
    );
    expect(await shop.post(notice())).toEqual(ACK);
    expect(steps).toEqual(['payment.success in transaction, false', 'commit', 'next: payment.success, undefined']);
    expect(shop.errors.map(({ message }) => message)).toEqual(['mail server down']);
  });
  test.each<[string, Koa.Middleware]>([
    ['never ends', () => new Promise(() => {})],
    ['takes the response for itself', (ctx) => void Object.assign(ctx, { respond: false })],
    ['ends the response with 500', (ctx) => void Object.assign(ctx.res, { statusCode: 500 }).end()],
    ['answers 500', (ctx) => void Object.assign(ctx, { status: 500, body: 'no' })],
  ])('committed is committed, and is acknowledged at once, when what follows %s', async (_, handler) => {
    shop = await notifyShop({ fulfil: async () => {} }, { handler });
    expect(await shop.post(notice())).toEqual(ACK);
    expect(shop.codes).toEqual([]);
  });
  test('what follows a late fulfil runs after its commit, too', async () => {
    let finish = () => {};
    const released = new Promise<void>((resolve) => (finish = resolve));
    let follow = () => {};
    const followed = new Promise<void>((resolve) => (follow = resolve));
    let begun = false;
    const fulfil = (): Promise<void> => {
      begun = true;
      return released;
    };
    shop = await notifyShop({ deadline: 50, fulfil }, { handler: () => follow() });
    // On a slow machine the deadline can pass before the handler begins.
    while (!begun) expect(await shop.post(notice())).toEqual(refusal(503));
    finish();
    await followed;
    expect(shop.codes).toContain('ERR_WXPAY_DEADLINE');
  });
});
