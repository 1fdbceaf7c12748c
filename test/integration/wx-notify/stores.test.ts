import { afterEach, describe, expect, test } from '@jest/globals';
import { memoryOnce, type Once } from 'koa-wxpay';
import { notice, notifyShop, refusal, type TestShop } from '../../support/shop.js';

let shop: TestShop;
afterEach(() => shop.close());

describe('a store', () => {
  const storeThat = async (once: Once) => {
    shop = await notifyShop({ once });
    const answer = await shop.post(notice());
    return { answer, code: shop.codes[0], message: shop.errors[0]?.message };
  };
  test('that is down is not acknowledged', async () => {
    const result = await storeThat(() => Promise.reject(new Error('ECONNREFUSED')));
    expect(result).toMatchObject({ answer: refusal(503), code: 'ERR_WXPAY_STORE_FAILED' });
  });
  test('that says busy is not acknowledged', async () => {
    expect(await storeThat(async () => 'busy')).toMatchObject({ answer: refusal(503), code: 'ERR_WXPAY_BUSY' });
  });
  test('that answers a word nobody knows is not acknowledged', async () => {
    const result = await storeThat((async () => true) as never);
    expect(result).toMatchObject({ answer: refusal(503), code: 'ERR_WXPAY_STORE_FAILED' });
    expect(result.message).toContain('it answered true');
  });
  test("that says 'ran' without running the work is not believed", async () => {
    const result = await storeThat(async () => 'ran');
    expect(result).toMatchObject({ answer: refusal(503), code: 'ERR_WXPAY_STORE_FAILED' });
  });
  test("that says 'ran' without awaiting the work is not believed", async () => {
    shop = await notifyShop(
      {
        once: async (_, work) => {
          void work(undefined).catch(() => {});
          return 'ran';
        },
      },
      { handler: async (ctx) => void (await new Promise((resolve) => setImmediate(resolve, ctx.state.wxpay.notice))) },
    );
    expect(await shop.post(notice())).toEqual(refusal(503));
    expect(shop.codes).toEqual(['ERR_WXPAY_STORE_FAILED']);
  });
  test("that says 'already' while the work runs is not believed", async () => {
    const working = async (_: unknown, work: (tx: unknown) => Promise<void>) => {
      void work(undefined).catch(() => {});
      return 'already' as const;
    };
    shop = await notifyShop({ once: working, fulfil: () => new Promise(() => {}) });
    expect(await shop.post(notice())).toEqual(refusal(503));
    expect(shop.codes).toEqual(['ERR_WXPAY_STORE_FAILED']);
  });
  test('that calls work after it has answered is refused the call', async () => {
    let late: Promise<unknown> = Promise.resolve();
    const result = await storeThat(async (_, work) => {
      late = new Promise((resolve) => setImmediate(resolve)).then(() => work(undefined));
      late.catch(() => {});
      return 'busy';
    });
    expect(result).toMatchObject({ answer: refusal(503), code: 'ERR_WXPAY_BUSY' });
    await expect(late).rejects.toThrow('it called work after it had answered');
    expect(shop.handled).toEqual([]);
  });
  test.each<[string, () => unknown]>([
    ['nothing that can be printed', () => Object.create(null)],
    ['an error whose message is no text', () => Object.assign(new Error(), { message: 42 })],
  ])('and a handler that throws %s has failed with a code', async (_, thrown) => {
    shop = await notifyShop({
      fulfil: async () => {
        throw thrown();
      },
    });
    expect(await shop.post(notice())).toEqual(refusal(503));
    expect(shop.codes).toEqual(['ERR_WXPAY_HANDLER_FAILED']);
  });
  test('text of strangers in an error is one line of a log, and no more than a line', async () => {
    const text = `x\n2026-01-01 INFO order paid\u001b[2K${'no more '.repeat(60)}`;
    const { message } = await storeThat(() => Promise.reject(new Error('down'))).then(async () => {
      await shop.close();
      shop = await notifyShop({ fulfil: () => Promise.reject(new Error(text)) });
      await shop.post(notice());
      return shop.errors[0] as Error;
    });
    expect(message).toContain('x\\u000a2026-01-01 INFO order paid\\u001b[2Kno more no more');
    expect(message.length).toBeLessThan(400);
  });
  test('that runs the rest of the chain twice is told to be given fulfil', async () => {
    const memory = memoryOnce();
    const result = await storeThat(async (claim, work) => {
      await memory({ ...claim, key: 'a' }, work);
      return memory({ ...claim, key: 'b' }, work);
    });
    expect(result.answer).toEqual(refusal(503));
    expect(result.message).toContain('give "fulfil"');
  });
});
