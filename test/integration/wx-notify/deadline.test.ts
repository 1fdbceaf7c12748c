import { afterEach, describe, expect, test } from '@jest/globals';
import type Koa from 'koa';
import { memoryOnce } from 'koa-wxpay';
import { ACK, type Answer, notice, notifyShop, refusal, type TestShop } from '../../support/shop.js';

let shop: TestShop;
afterEach(() => shop.close());

describe('the deadline', () => {
  /**
   * Behind a short deadline until a handler has begun, and then over the same store with the usual one: on a slow machine the
   * short one can pass before the handler begins, and no second copy is answered within it.
   */
  const lateThenUsual = async (handler: Koa.Middleware, between: () => unknown): Promise<Answer[]> => {
    const once = memoryOnce();
    let begun = false;
    const noted: Koa.Middleware = (ctx, next) => {
      begun = true;
      return handler(ctx, next);
    };
    const hasty = await notifyShop({ deadline: 50, once }, { handler: noted });
    shop = await notifyShop({ once }, { handler });
    let late = await hasty.post(notice());
    while (!begun) late = await hasty.post(notice());
    expect(hasty.codes).toContain('ERR_WXPAY_DEADLINE');
    await between();
    const next = await shop.post(notice());
    await hasty.close();
    return [late, next];
  };
  test('is answered "not yet" while the handler works on; the next copy finds it done', async () => {
    let finish = () => {};
    const released = new Promise<void>((resolve) => (finish = resolve));
    let runs = 0;
    let done = () => {};
    const finished = new Promise<void>((resolve) => (done = resolve));
    const answers = await lateThenUsual(
      async (ctx) => {
        expect(ctx.state.wxpay.notice).toBeDefined();
        runs++;
        await released;
        // Too late to change the answer.
        ctx.status = 200;
        ctx.body = 'late';
        done();
      },
      () => {
        finish();
        return finished;
      },
    );
    expect(answers).toEqual([refusal(503), ACK]);
    expect(runs).toBe(1);
  });
  test.each<[string, (ctx: Koa.Context) => void]>([
    ['500', (ctx) => (ctx.status = 500)],
    ['503 and why', (ctx) => Object.assign(ctx, { status: 503, body: { error: 'no stock' } })],
    ['why, and then 503', (ctx) => Object.assign(ctx, { body: { error: 'no stock' }, status: 503 })],
  ])('a handler that says %s after the deadline has failed all the same', async (_, fail) => {
    let finish = () => {};
    const released = new Promise<void>((resolve) => (finish = resolve));
    let runs = 0;
    const answers = await lateThenUsual(
      async (ctx) => {
        expect(ctx.state.wxpay.notice).toBeDefined();
        if (++runs > 1) return;
        await released;
        fail(ctx);
      },
      () => finish(),
    );
    expect(answers).toEqual([refusal(503), ACK]);
    expect(runs).toBe(2);
  });
  test('holds for findOrder too', async () => {
    shop = await notifyShop({ deadline: 50, findOrder: () => new Promise(() => {}) });
    expect(await shop.post(notice())).toEqual(refusal(503));
    expect(shop.codes).toEqual(['ERR_WXPAY_DEADLINE']);
  });
});
