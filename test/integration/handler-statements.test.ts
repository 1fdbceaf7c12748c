import { beforeEach, expect, test } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Middleware } from 'koa';
import { createSettlement, type Notice, type Payment } from 'koa-wxpay';
import { createSimulator } from 'koa-wxpay/simulator';
import { signedNoticeV2 } from 'koa-wxpay/testing';
import { merchant, merchantV2, notice, notifyShop, order, type TestShop } from '../support/shop.js';
import { type AnyTx, describeSqlStores, type SqlStore } from '../support/sql-stores.js';
import { merchantOf } from '../support/versions.js';

const FORGOT = /ran no statement through "tx".*"await".*pool/;
const UNDER_WAY = /returned while a statement was still under way/;

let numbers = 0;

describeSqlStores('a payment is acknowledged only when its handler wrote in the transaction', (open) => {
  let store: SqlStore;
  let out_trade_no: string;
  let late: Promise<unknown>;
  beforeEach(() => {
    store = open();
    out_trade_no = `SHOP${String(++numbers).padStart(6, '0')}`;
    late = Promise.resolve();
  });

  const insert = () => `insert into effects values ('${out_trade_no}')`;
  const paid = () => notice({}, { out_trade_no, total: 1990 });
  const findOrder = async (asked: string) => order({ out_trade_no: asked });

  const delivered = async (handler: (tx: AnyTx) => unknown, sent = paid()) => {
    const chain: Middleware = (ctx) => {
      if (ctx.state.wxpay.notice) return handler(ctx.state.wxpay.tx) as Promise<void>;
    };
    const shop: TestShop = await notifyShop({ once: store.once, findOrder }, { handler: chain });
    try {
      const { status } = await shop.post(sent);
      await late;
      return {
        status,
        codes: shop.codes,
        message: shop.errors[0]?.message,
        effects: await store.effects(out_trade_no),
      };
    } finally {
      await shop.close();
    }
  };

  const refused = (message: RegExp) => ({
    status: 503,
    codes: ['ERR_WXPAY_HANDLER_FAILED'],
    message: expect.stringMatching(message),
    effects: 0,
  });
  const settled = { status: 200, codes: [], message: undefined };

  /** The copy after the failed one is handled as if nothing had been. */
  const settles = async (): Promise<void> => {
    expect(await delivered((tx) => tx.query(insert()))).toEqual({ ...settled, effects: 1 });
  };

  test('a write that begins after the handler returned is a failure', async () => {
    const result = await delivered((tx) => {
      late = new Promise(setImmediate).then(() => tx.query(insert())).catch(() => {});
    });
    expect(result).toEqual(refused(FORGOT));
    await settles();
  });

  test('a write through the pool is a failure', async () => {
    const result = await delivered(() => {
      // PGlite has one connection, which the transaction holds: awaiting this would never end.
      late = store.outside(`insert into effects values ('beside ${out_trade_no}')`);
    });
    expect(result).toEqual(refused(FORGOT));
    await settles();
  });

  test('a handler that does nothing is a failure', async () => {
    expect(await delivered(() => {})).toEqual(refused(FORGOT));
    await settles();
  });

  test('a statement under way when the handler returns is a failure, and is rolled back', async () => {
    const result = await delivered((tx) => {
      late = tx.query(insert()).catch(() => {});
    });
    expect(result).toEqual(refused(UNDER_WAY));
    await settles();
  });

  test('the last of several statements under way is a failure, and all are rolled back', async () => {
    const result = await delivered(async (tx) => {
      await tx.query(insert());
      late = tx.query(insert()).catch(() => {});
    });
    expect(result).toEqual(refused(UNDER_WAY));
    await settles();
  });

  test('a read counts: the handler may have found that there is nothing to do', async () => {
    expect(await delivered((tx) => tx.query('select 1'))).toEqual({ ...settled, effects: 0 });
  });

  test('statements side by side, in savepoints and as objects count', async () => {
    const together = await delivered((tx) => Promise.all([tx.query(insert()), tx.query(insert())]));
    expect(together).toEqual({ ...settled, effects: 2 });
    out_trade_no += 'S';
    const nested = await delivered(async (tx) => {
      await tx.query('savepoint one');
      await tx.query({ text: insert(), sql: insert() });
      await tx.query('release savepoint one');
    });
    expect(nested).toEqual({ ...settled, effects: 1 });
  });

  test('a prepared statement of MySQL counts like any other', async () => {
    const run = (tx: AnyTx) => (tx.execute ?? tx.query)(insert());
    expect(
      await delivered((tx) => {
        late = run(tx).catch(() => {});
      }),
    ).toEqual(refused(UNDER_WAY));
    expect(await delivered(run)).toEqual({ ...settled, effects: 1 });
  });

  test('a callback is refused at once: nothing would tell when its statement has ended', async () => {
    for (const rest of [[() => {}], [[], () => {}]]) {
      const result = await delivered(async (tx) => {
        await tx.query('select 1');
        tx.query(insert(), ...rest);
      });
      expect(result).toEqual(refused(/takes no callback: await the promise/));
    }
    const held = { text: insert(), sql: insert(), callback() {} };
    expect(await delivered((tx) => void tx.query(held))).toEqual(refused(/takes no callback/));
  });

  test('a cursor is refused at once', async () => {
    const cursor = { text: insert(), sql: insert(), submit() {} };
    expect(await delivered((tx) => void tx.query(cursor))).toEqual(refused(/takes no cursor and no stream/));
  });

  test('an ORM over the transaction is watched as the transaction is', async () => {
    // Drizzle's driver for pg: what it asks of a client is "query".
    const run = async (tx: AnyTx) =>
      tx.execute ? tx.query(insert()) : drizzle(tx as never).execute(sql.raw(insert()));
    expect(await delivered(run)).toEqual({ ...settled, effects: 1 });
    out_trade_no += 'D';
    expect(
      await delivered((tx) => {
        late = run(tx).catch(() => {});
      }),
    ).toMatchObject({ status: 503, effects: 0 });
  });

  test('a refund need not write', async () => {
    const id = { refund_id: '50000000382019052709732678859', out_refund_no: `R${out_trade_no}`, status: 'SUCCESS' };
    const amount = { refund: 1990, total: 1990, currency: 'CNY' };
    const refund = {
      ...id,
      mchid: merchant.mchid,
      out_trade_no,
      transaction_id: '4200001234202601011234567890',
      amount,
    };
    const settlement = createSettlement({ wxpay: merchantV2(), findOrder, once: store.once, fulfil: async () => {} });
    const given: Notice = { type: 'refund.success', refund, raw: {}, authenticity: 'signed' };
    expect(await settlement.settle(given)).toBe('ran');
  });

  test('"fulfil" is held to the same, in a notification, in a worker and after a query', async () => {
    let forget = true;
    const fulfil = async (_: Notice, { tx }: { tx: AnyTx }) => {
      if (!forget) await tx.query(insert());
    };
    const options = { wxpay: merchantV2(), findOrder, once: store.once, fulfil };
    const direct = createSettlement(options);
    await expect(direct.settle(paymentOf(out_trade_no))).rejects.toThrow(FORGOT);

    const stored = createSettlement({ ...options, inbox: store.inbox });
    expect(await stored.settle(paymentOf(out_trade_no))).toBe('stored');
    const errors: Error[] = [];
    await stored.processInbox({ onError: (error) => errors.push(error as Error) });
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringMatching(FORGOT) })]);
    expect(await store.effects(out_trade_no)).toBe(0);

    out_trade_no += 'Q';
    const sim = await createSimulator();
    sim.switches.notification = 'never';
    const wxpay = merchantOf(sim, 'v2');
    await wxpay.prepay(order({ out_trade_no }), { openid: sim.people[0]?.openid(sim.app.appid) as string });
    await sim.pay({ out_trade_no });
    const asking = createSettlement({ ...options, wxpay });
    await expect(asking.query(out_trade_no)).rejects.toThrow(FORGOT);
    forget = false;
    expect(await asking.query(out_trade_no)).toMatchObject({ paid: true, verdict: 'ran' });
    expect(await store.effects(out_trade_no)).toBe(1);
    await sim.close();
  });
});

const paymentOf = (out_trade_no: string): Notice => {
  const { body } = signedNoticeV2(merchant, { out_trade_no, total: 1990 });
  const transaction_id = /<transaction_id><!\[CDATA\[(\w+)/.exec(String(body))?.[1] as string;
  const payment: Payment = {
    ...{ appid: merchant.appid, mchid: merchant.mchid, out_trade_no, transaction_id },
    ...{ trade_state: 'SUCCESS', amount: { total: 1990, currency: 'CNY' } },
  };
  return { type: 'payment.success', payment, raw: {} };
};
