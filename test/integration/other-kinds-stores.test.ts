import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { createSettlement, memoryOnce, type Notice, type Once, type OtherNotice, type Settlement } from 'koa-wxpay';
import { redisOnce } from '../../src/redis/index.js';
import { merchantV3 } from '../support/merchant-v3.js';
import { describeWith } from '../support/needs.js';
import { redelivering } from '../support/redelivering.js';
import { REDIS, startRedis } from '../support/redis.js';
import { order } from '../support/shop.js';
import { type AnyTx, describeSqlStores } from '../support/sql-stores.js';

/** A store, and how an effect is written and counted in it. */
interface Store {
  once: Once<AnyTx>;
  write(tx: AnyTx, name: string): Promise<unknown>;
  effects(name: string): Promise<number>;
}

let numbers = 0;
/** Of no other test: the stores are shared. */
const fresh = (): string => `N${process.pid}-${numbers++}`;

const otherOf = (id: string): OtherNotice => ({
  type: 'other',
  id,
  event_type: 'PROFITSHARING.SUCCESS',
  original_type: 'profitsharing',
  resource: { order_id: id },
  raw: {},
});

const paymentOf = (out_trade_no: string): Notice => ({
  type: 'payment.success',
  payment: {
    appid: 'wx0123456789abcdef',
    mchid: '1900000109',
    out_trade_no,
    trade_state: 'SUCCESS',
    transaction_id: '4200001234202601011234567890',
    amount: { total: 1990, currency: 'CNY' },
  },
  raw: {},
});

function cases(store: () => Store): void {
  /** A settlement whose effects fail for these names, once each. */
  function settlementOf(failing: string[] = []): Settlement {
    const write = async (tx: AnyTx, name: string): Promise<void> => {
      await store().write(tx, name);
      const at = failing.indexOf(name);
      if (at < 0) return;
      failing.splice(at, 1);
      throw new Error('the effect failed after it was written');
    };
    return createSettlement<AnyTx>({
      wxpay: merchantV3(),
      findOrder: async (out_trade_no) => order({ out_trade_no }),
      once: redelivering(store().once),
      fulfil: async (notice, { tx }) => {
        if (notice.type === 'payment.success') await write(tx, notice.payment.out_trade_no);
      },
      fulfilOther: async ({ id }, { tx }) => write(tx, id),
    });
  }

  test('sixteen copies of a notification of another kind have one effect', async () => {
    const id = fresh();
    const settlement = settlementOf();
    const verdicts = await Promise.all(Array.from({ length: 16 }, () => settlement.settleOther(otherOf(id))));
    expect(verdicts.filter((verdict) => verdict === 'ran')).toHaveLength(1);
    expect(verdicts.filter((verdict) => verdict === 'already')).toHaveLength(15);
    expect(await store().effects(id)).toBe(1);
  });

  test('an effect that fails leaves nothing, and the next copy has it', async () => {
    const id = fresh();
    const settlement = settlementOf([id]);
    await expect(settlement.settleOther(otherOf(id))).rejects.toMatchObject({ code: 'ERR_WXPAY_HANDLER_FAILED' });
    expect(await settlement.settleOther(otherOf(id))).toBe('ran');
    expect(await settlement.settleOther(otherOf(id))).toBe('already');
    expect(await store().effects(id)).toBe(1);
  });

  test('the same number for an object of another type is a conflict', async () => {
    const id = fresh();
    const settlement = settlementOf();
    await settlement.settleOther(otherOf(id));
    const other = settlement.settleOther({ ...otherOf(id), original_type: 'coupon' });
    await expect(other).rejects.toMatchObject({ code: 'ERR_WXPAY_CONFLICT' });
  });

  test('copies of a combined order settle each of its orders once, also when one fails at first', async () => {
    const names = [fresh(), fresh(), fresh()] as const;
    const settlement = settlementOf([names[1]]);
    const combined = names.map(paymentOf);
    await expect(settlement.settleCombined(combined)).rejects.toMatchObject({ code: 'ERR_WXPAY_HANDLER_FAILED' });
    const copies = await Promise.all(Array.from({ length: 8 }, () => settlement.settleCombined(combined)));
    expect(copies.flat().filter((verdict) => verdict === 'ran')).toHaveLength(1);
    expect(await Promise.all(names.map((name) => store().effects(name)))).toEqual([1, 1, 1]);
  });
}

describeSqlStores('notifications of other kinds', (store) => {
  cases(() => {
    const { once, effects } = store();
    return { once, effects, write: (tx, name) => tx.query(`insert into effects values ('${name}')`) };
  });
});

/** Effects of a shop that has no transaction: they count once the work has succeeded. */
function counted<Tx>(once: Once<Tx>): Store {
  const kept = new Map<string, number>();
  const written = new WeakMap<AnyTx, string[]>();
  return {
    once: (claim, work) =>
      once(claim, async () => {
        const tx: AnyTx = { query: async () => undefined };
        const names: string[] = [];
        written.set(tx, names);
        await work(tx);
        for (const name of names) kept.set(name, (kept.get(name) ?? 0) + 1);
      }),
    write: async (tx, name) => written.get(tx)?.push(name),
    effects: async (name) => kept.get(name) ?? 0,
  };
}

describe('notifications of other kinds (memory)', () => {
  const store = counted(memoryOnce());
  cases(() => store);
});

describeWith(REDIS, 'notifications of other kinds (Redis)', () => {
  let server: Awaited<ReturnType<typeof startRedis>>;
  let client: Redis;
  let store: Store;
  beforeAll(async () => {
    server = await startRedis();
    client = new Redis(server.url);
    store = counted(redisOnce(client));
  });
  afterAll(async () => {
    client?.disconnect();
    await server?.stop();
  });
  cases(() => store);
});
