import { afterEach, describe, expect, test } from '@jest/globals';
import { ACK, type Answer, notice, notifyShop, order, refusal, type TestShop } from '../../support/shop.js';

let shop: TestShop;
afterEach(() => shop.close());

describe('what is no payment', () => {
  test('is acknowledged once onIgnored took it', async () => {
    const ignored: unknown[] = [];
    shop = await notifyShop({ onIgnored: ({ raw }) => void ignored.push(raw) });
    expect(await shop.post(notice({ result_code: 'FAIL', err_code: 'SYSTEMERROR' }))).toEqual(ACK);
    expect(ignored).toEqual([expect.objectContaining({ result_code: 'FAIL', err_code: 'SYSTEMERROR' })]);
    expect(shop.handled).toEqual([]);
  });
  test('is not acknowledged when onIgnored fails', async () => {
    shop = await notifyShop({ onIgnored: () => Promise.reject(new Error('queue down')) });
    expect(await shop.post(notice({ result_code: 'FAIL' }))).toEqual(refusal(500));
  });
});

describe('the state of the order', () => {
  const paidBy = '4200001234202601011234567890';
  test('paid by this transaction: acknowledged without the handler', async () => {
    shop = await notifyShop({ findOrder: async () => order({ state: 'paid', transaction_id: paidBy }) });
    expect(await shop.post(notice())).toEqual(ACK);
    expect(shop.handled).toEqual([]);
  });
  test('paid by another transaction: acknowledged only when onAnomaly says so', async () => {
    const anomalies: string[] = [];
    shop = await notifyShop({
      findOrder: async () => order({ state: 'paid', transaction_id: '4200009999202601019999999999' }),
      onAnomaly: ({ code }) => {
        anomalies.push(code);
        return 'ack';
      },
    });
    expect(await shop.post(notice())).toEqual(ACK);
    expect(anomalies).toEqual(['second_payment']);
    expect(shop.handled).toEqual([]);
  });
  test('the same number paid twice by two transactions: a conflict, not an acknowledgement', async () => {
    shop = await notifyShop();
    await shop.post(notice());
    expect(await shop.post(notice({ transaction_id: '4200009999202601019999999999' }))).toEqual(refusal(503));
    expect(shop.codes).toEqual(['ERR_WXPAY_CONFLICT']);
  });
  test('findOrder that throws is a failure of the shop: WeChat asks again', async () => {
    shop = await notifyShop({ findOrder: () => Promise.reject(new Error('connect ECONNREFUSED')) });
    expect(await shop.post(notice())).toEqual(refusal(503));
    expect(shop.codes).toEqual(['ERR_WXPAY_STORE_FAILED']);
  });
});

describe('64 copies at once', () => {
  test('one effect, and no success before it is durable', async () => {
    let durable = false;
    let effects = 0;
    let begun = () => {};
    let finish = () => {};
    const running = new Promise<void>((resolve) => (begun = resolve));
    const released = new Promise<void>((resolve) => (finish = resolve));
    shop = await notifyShop(
      {},
      {
        handler: async (ctx) => {
          expect(ctx.state.wxpay.notice.type).toBe('payment.success');
          effects++;
          begun();
          await released;
          durable = true;
        },
      },
    );
    const early: Answer[] = [];
    const copies = Array.from({ length: 64 }, () =>
      shop.post(notice()).then((answer) => {
        if (answer.status === 200) expect(durable).toBe(true);
        else early.push(answer);
        return answer;
      }),
    );
    await running;
    while (early.length === 0) await new Promise((resolve) => setImmediate(resolve));
    finish();
    const answers = await Promise.all(copies);
    for (const answer of answers) expect([ACK, refusal(503)]).toContainEqual(answer);
    expect(await shop.post(notice())).toEqual(ACK);
    expect(effects).toBe(1);
  });
});
