import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  createSettlement,
  type Inbox,
  type InboxEntry,
  type InboxSettlement,
  memoryOnce,
  type Notice,
  type SettlementOptions,
  type Wxpay,
} from 'koa-wxpay';
import { merchant, merchantV2, order } from '../../support/shop.js';

const notice = (out_trade_no = 'SHOP00A17') =>
  ({
    type: 'payment.success',
    raw: {},
    payment: {
      ...{ appid: merchant.appid, mchid: merchant.mchid, out_trade_no, transaction_id: '4200001234' },
      ...{ trade_state: 'SUCCESS', amount: { total: 1990, currency: 'CNY' } },
    },
  }) satisfies Notice;

let open: () => void;
let fail: (error: Error) => void;
/** What the work waits for until the test lets it go on. */
let gate: Promise<void>;

beforeEach(() => {
  gate = new Promise((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
});

const settlementOf = (changes: Partial<SettlementOptions<undefined>> = {}) =>
  createSettlement<undefined>({
    wxpay: merchantV2(),
    findOrder: async (out_trade_no) => order({ out_trade_no }),
    once: memoryOnce() as never,
    fulfil: async () => {},
    ...changes,
  });

/** Whether `idle` has resolved, looked at after everything that can go on has gone on. */
function watch({ idle }: Pick<ReturnType<typeof settlementOf>, 'idle'>) {
  let rested = false;
  const resting = idle().then(() => {
    rested = true;
  });
  const look = async (): Promise<boolean> => {
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    return rested;
  };
  return { resting, look };
}

const entry: InboxEntry = {
  key: 'payment:1900000109:SHOP00A17',
  fingerprint: '4200001234|1990|CNY',
  attempt: 1,
  notice: notice(),
};

/** An inbox in memory with one entry, as far as a settlement asks. */
const inboxWith = (changes: Partial<Inbox<undefined>> = {}): Inbox<undefined> => ({
  put: async () => {},
  take: async () => [entry],
  done: async () => {},
  failed: async () => false,
  putBack: async () => {},
  abandoned: async () => [],
  dead: async () => [],
  retry: async () => false,
  ...changes,
});

const paidAtWechat = (): Wxpay =>
  Object.freeze({
    ...merchantV2(),
    queryOrder: async () => {
      await gate;
      return notice().payment;
    },
  }) as unknown as Wxpay;

describe('idle', () => {
  test('resolves at once where nothing is under way, before and after work', async () => {
    const settlement = settlementOf();
    await settlement.idle();
    await settlement.settle(notice());
    await settlement.idle();
  });

  test.each<
    [string, () => Partial<SettlementOptions<undefined>>, (settlement: ReturnType<typeof settlementOf>) => unknown]
  >([
    ['the order is looked up', () => ({ findOrder: () => gate.then(() => order()) }), ({ settle }) => settle(notice())],
    ['the handler runs', () => ({ fulfil: () => gate }), ({ settle }) => settle(notice())],
    [
      'an anomaly is handed over',
      () => ({ findOrder: async () => order({ state: 'closed' }), onAnomaly: () => gate.then(() => 'ack' as const) }),
      ({ settle }) => settle(notice()),
    ],
    ['WeChat is asked', () => ({ wxpay: paidAtWechat() }), ({ query }) => query('SHOP00A17')],
    [
      'a notification that is no payment is handed over',
      () => ({ onIgnored: () => gate }),
      ({ ignore }) => ignore({ resource: {}, raw: {} }),
    ],
    ['a notice is stored', () => ({ inbox: inboxWith({ put: () => gate }) }), ({ settle }) => settle(notice())],
    [
      'stored notices are taken',
      () => ({ inbox: inboxWith({ take: () => gate.then(() => [entry]) }) }),
      (settlement) => (settlement as InboxSettlement).processInbox(),
    ],
    [
      'a stored notice is fulfilled',
      () => ({ inbox: inboxWith(), fulfil: () => gate }),
      (settlement) => (settlement as InboxSettlement).processInbox(),
    ],
    [
      'a fulfilment is noted',
      () => ({ inbox: inboxWith({ done: () => gate }) }),
      (settlement) => (settlement as InboxSettlement).processInbox(),
    ],
  ])('waits while %s', async (_, options, begin) => {
    const settlement = settlementOf(options());
    const running = begin(settlement);
    const { resting, look } = watch(settlement);
    expect(await look()).toBe(false);
    open();
    await resting;
    await running;
  });

  test('waits for work whose caller has given up', async () => {
    const settlement = settlementOf({ fulfil: () => gate });
    const caller = new AbortController();
    const running = settlement.settle(notice(), { signal: caller.signal });
    const { resting, look } = watch(settlement);
    await look();
    caller.abort();
    expect(await look()).toBe(false);
    open();
    await resting;
    expect(await running).toBe('ran');
  });

  test('waits for all of them, and for those that begin while it waits', async () => {
    let begin = (): void => {};
    const later = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const settlement = settlementOf({
      fulfil: (given) => (given.type === 'payment.success' && given.payment.out_trade_no === 'LATER001' ? later : gate),
    });
    const first = settlement.settle(notice());
    const { resting, look } = watch(settlement);
    const second = settlement.settle(notice('LATER001'));
    open();
    await first;
    expect(await look()).toBe(false);
    begin();
    await resting;
    expect(await second).toBe('ran');
  });

  test('resolves when the work has failed, whose caller alone gets the error', async () => {
    const settlement = settlementOf({ fulfil: () => gate });
    const running = settlement.settle(notice());
    const { resting, look } = watch(settlement);
    expect(await look()).toBe(false);
    fail(new Error('disk full'));
    await expect(running).rejects.toMatchObject({ code: 'ERR_WXPAY_HANDLER_FAILED' });
    await resting;
  });
});
