import { expect, test } from '@jest/globals';
import { createWorker, type Inbox, type Order } from 'koa-wxpay';
import { readNotice } from '../../support/read-notice.js';
import { merchantV2, notice, notifyShop, order } from '../../support/shop.js';
import { describeInboxes, paymentOf } from './databases.js';

describeInboxes('fulfilment through an inbox', (bench) => {
  test('a notice is acknowledged once it is stored, and fulfilled once by the worker', async () => {
    let runs = 0;
    const settlement = bench.settlementOf(async (notice, given) => {
      runs++;
      await bench.paid(notice, given);
    });
    expect(await bench.posting(settlement)).toEqual([200]);
    expect([runs, await bench.db.effects()]).toEqual([0, 0]);
    expect(await settlement.processInbox()).toBe(1);
    expect(await settlement.processInbox()).toBe(0);
    expect([runs, await bench.db.effects()]).toEqual([1, 1]);
  });

  test('many copies store one entry', async () => {
    const settlement = bench.settlementOf(bench.paid);
    const statuses = await bench.posting(settlement, 16);
    expect(statuses).toContain(200);
    expect(await bench.posting(settlement)).toEqual([200]);
    expect(await settlement.processInbox()).toBe(1);
    expect(await bench.db.effects()).toBe(1);
  });

  test('the worker gets the very notice that was verified', async () => {
    let seen: unknown;
    const settlement = bench.settlementOf(async (notice) => {
      seen = notice;
    });
    await bench.posting(settlement);
    await settlement.processInbox();
    const direct = await readNotice(merchantV2(), Buffer.from(notice().body), {});
    expect(seen).toEqual(direct);
  });

  test('an order that became another while its notice waited is not fulfilled: the host is told', async () => {
    const seen: string[] = [];
    let state: Order['state'] = 'pending';
    const told: (string | undefined)[] = [undefined, 'ack'];
    const settlement = bench.settlementOf(bench.paid, bench.db.inbox(), {
      findOrder: async (out_trade_no) => order({ out_trade_no, ...(state && { state }) }),
      onAnomaly: ({ code }) => {
        seen.push(code);
        return told.shift() as 'ack' | undefined;
      },
    });
    expect(await bench.posting(settlement)).toEqual([200]);
    state = 'closed';
    await settlement.processInbox();
    expect([seen, await bench.db.effects()]).toEqual([['order_closed'], 0]);
    await bench.db.due();
    await settlement.processInbox();
    await bench.db.due();
    expect([seen.length, await settlement.processInbox(), await bench.db.effects()]).toEqual([2, 0, 0]);
  });

  test('an order that says paid is no proof that its notice was fulfilled: a handler that failed is run again', async () => {
    let state: Order['state'] = 'pending';
    let runs = 0;
    const settlement = bench.settlementOf(
      async (notice, given) => {
        // a handler of two steps, the first of them outside the transaction
        state = 'paid';
        if (++runs === 1) throw new Error('courier down');
        await bench.paid(notice, given);
      },
      bench.db.inbox(),
      {
        findOrder: async (out_trade_no) =>
          order({ out_trade_no, ...(state && { state }), transaction_id: '4200001234202601011234567890' }),
      },
    );
    await bench.posting(settlement);
    await settlement.processInbox();
    await bench.db.due();
    await settlement.processInbox();
    expect([runs, await bench.db.effects(), await settlement.processInbox()]).toEqual([2, 1, 0]);
  });

  test('killed between the effect and its note: the next try finds it done', async () => {
    const inbox = bench.db.inbox();
    let lost = true;
    const forgetful: Inbox<never> = {
      ...inbox,
      done: async (key) => (lost ? Promise.reject(new Error('killed')) : inbox.done(key)),
    };
    const settlement = bench.settlementOf(bench.paid, forgetful);
    await bench.posting(settlement);
    await settlement.processInbox();
    lost = false;
    await bench.db.due();
    expect(await settlement.processInbox()).toBe(1);
    expect(await bench.db.effects()).toBe(1);
    await bench.db.due();
    expect(await settlement.processInbox()).toBe(0);
  });

  test('two workers share the entries and fulfil each once', async () => {
    let seen = 0;
    let all = () => {};
    const finished = new Promise<void>((resolve) => (all = resolve));
    const settlement = bench.settlementOf(async (notice, given) => {
      await bench.paid(notice, given);
      if (++seen === 20) all();
    });
    for (let n = 0; n < 20; n++) {
      const payment = {
        type: 'payment.success' as const,
        raw: {},
        payment: paymentOf(`SHOP${String(n).padStart(4, '0')}`),
      };
      await bench.settlementOf(bench.paid).settle(payment);
    }
    const workers = [createWorker(settlement, { pollEvery: 10 }), createWorker(settlement, { pollEvery: 10 })];
    for (const worker of workers) worker.start();
    await finished;
    await Promise.all(workers.map((worker) => worker.stop()));
    expect([seen, await bench.db.effects()]).toEqual([20, 20]);
  });

  test('a worker that is stopped and started at once goes on', async () => {
    let seen = () => {};
    const fulfilled = new Promise<void>((resolve) => (seen = resolve));
    const settlement = bench.settlementOf(async () => seen());
    const worker = createWorker(settlement, { pollEvery: 10 });
    worker.start();
    const stopped = worker.stop();
    worker.start();
    await stopped;
    await bench.posting(settlement);
    await fulfilled;
    await worker.stop();
  });

  test('without its table nothing is acknowledged, and the error holds the command that makes it', async () => {
    const settlement = bench.settlementOf(bench.paid, bench.db.missing());
    const shop = await notifyShop(settlement as never, { handler: () => {} });
    const { status } = await shop.post(notice());
    await shop.close();
    expect(status).toBe(503);
    const told = shop.errors.map((error) => `${error.message} ${(error.cause as Error | undefined)?.message}`).join();
    expect(told).toMatch(/create table if not exists/);
  });
});
