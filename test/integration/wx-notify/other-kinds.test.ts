import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSettlement, type FulfilOther, memoryOnce, type OtherNotice } from 'koa-wxpay';
import type { SimulatorEvent } from 'koa-wxpay/simulator';
import { type EventShop, eventShop } from '../../support/event-shop.js';
import { order } from '../../support/shop.js';

let shop: EventShop;
let seen: OtherNotice[];
let effects: string[];
beforeEach(async () => {
  shop = await eventShop();
  seen = [];
  effects = [];
});
afterEach(() => shop.close());

const transfer = (changes: Partial<SimulatorEvent> = {}): SimulatorEvent => ({
  url: shop.url,
  event_type: 'MCHTRANSFER.BILL.FINISHED',
  original_type: 'mch_payment',
  resource: { mchid: '1900000109', out_bill_no: 'T1', state: 'SUCCESS', transfer_amount: 100 },
  ...changes,
});
const fulfilOther: FulfilOther<unknown> = async (notice) => {
  seen.push(notice);
  effects.push(String(notice.resource.out_bill_no));
};
const fulfil = async ({ type }: { type: string }) => void effects.push(type);

describe.each([
  ['with fulfil', () => ({ fulfil, fulfilOther })],
  ['with a handler in the chain', () => ({ fulfilOther })],
  [
    'with a settlement',
    () =>
      createSettlement({
        wxpay: shop.wxpay,
        findOrder: async () => order(),
        once: memoryOnce(),
        fulfil,
        fulfilOther,
      }),
  ],
])('a notification of another kind, %s', (_, options) => {
  test('reaches fulfilOther verified and decrypted, with its kind and number, and is acknowledged', async () => {
    shop.mount(options() as Record<string, unknown>);
    await shop.sim.sendEvent(transfer());
    expect(seen).toEqual([
      {
        type: 'other',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        event_type: 'MCHTRANSFER.BILL.FINISHED',
        original_type: 'mch_payment',
        resource: transfer().resource,
        raw: expect.objectContaining({ resource: transfer().resource, summary: 'MCHTRANSFER.BILL.FINISHED' }),
      },
    ]);
    expect([shop.statuses(), shop.codes, shop.reached]).toEqual([[204], [], 0]);
  });

  test('has its effect once, however many copies arrive at once and later', async () => {
    shop.mount(options() as Record<string, unknown>);
    shop.sim.switches.next({ notify: { duplicate: 16 } });
    await shop.sim.sendEvent(transfer());
    expect(effects).toEqual(['T1']);
    await shop.sim.clock.advance(60_000);
    expect(effects).toEqual(['T1']);
    expect(shop.statuses()).toContain(204);
  });
});

describe('fulfilOther', () => {
  test('that throws is not acknowledged, and the next copy runs it again', async () => {
    let failures = 2;
    shop.mount({
      fulfilOther: async (notice: OtherNotice, given: { tx: unknown; signal: AbortSignal }) => {
        if (failures-- > 0) throw new Error('the database is down');
        await fulfilOther(notice, given);
      },
    });
    await shop.sim.sendEvent(transfer());
    await shop.sim.clock.advance(60_000);
    await shop.sim.settled();
    expect([shop.statuses(), effects]).toEqual([[503, 503, 204], ['T1']]);
    expect(shop.codes).toEqual(['ERR_WXPAY_HANDLER_FAILED', 'ERR_WXPAY_HANDLER_FAILED']);
  });

  test('gets notifications of equal content as what they are: two', async () => {
    shop.mount({ fulfilOther });
    const resource = { complaint_id: 'C1', action_type: 'USER_RESPONSE' };
    const again = { event_type: 'COMPLAINT.STATE_CHANGE', original_type: 'complaint', resource };
    await shop.sim.sendEvent(transfer(again));
    await shop.sim.sendEvent(transfer(again));
    expect(seen.map(({ resource }) => resource)).toEqual([resource, resource]);
  });

  test('gets shared profit that is reported as TRANSACTION.SUCCESS, and no payment', async () => {
    shop.mount({ fulfil, fulfilOther });
    const resource = {
      sp_mchid: undefined,
      mchid: '1900000109',
      order_id: '1',
      out_bill_no: 'S1',
      trade_state: 'SUCCESS',
    };
    await shop.sim.sendEvent(transfer({ event_type: 'TRANSACTION.SUCCESS', original_type: 'profitsharing', resource }));
    expect([effects, shop.statuses()]).toEqual([['S1'], [204]]);
  });

  test('does not get a payment, a refund, or a payment that reports no success', async () => {
    shop.mount({ fulfil, fulfilOther, onIgnored: () => void effects.push('ignored') });
    const { appid } = shop.sim.app;
    const resource = { mchid: '1900000109', appid, out_trade_no: 'SHOP00A17', trade_state: 'PAYERROR' };
    await shop.sim.sendEvent(transfer({ event_type: 'TRANSACTION.SUCCESS', original_type: 'transaction', resource }));
    expect([effects, seen]).toEqual([['ignored'], []]);
  });
});

describe('without fulfilOther', () => {
  test('it is not acknowledged, and the error names the kind and what to give', async () => {
    shop.mount({ fulfil });
    await shop.sim.sendEvent(transfer());
    expect([shop.statuses(), shop.codes]).toEqual([[500], ['ERR_WXPAY_NOT_A_PAYMENT']]);
    expect(shop.errors[0]?.message).toContain('MCHTRANSFER.BILL.FINISHED is not a payment to settle');
    expect(shop.errors[0]?.message).toContain('neither "fulfilOther" nor "onIgnored"');
  });

  test('onIgnored gets it, and every copy of it', async () => {
    const ignored: unknown[] = [];
    shop.mount({ fulfil, onIgnored: (one: unknown) => void ignored.push(one) });
    shop.sim.switches.next({ notify: { duplicate: 2 } });
    await shop.sim.sendEvent(transfer());
    expect(ignored).toHaveLength(2);
    expect(ignored[0]).toMatchObject({ event_type: 'MCHTRANSFER.BILL.FINISHED', resource: { out_bill_no: 'T1' } });
    expect(ignored[0]).not.toHaveProperty('type');
    expect(shop.statuses()).toEqual([204, 204]);
  });
});

describe('what is not WeChat’s, or not this merchant’s, has no effect and is not acknowledged', () => {
  test.each<[object, number, string]>([
    [{ wrongSignature: true }, 401, 'ERR_WXPAY_BAD_SIGNATURE'],
    [{ signTest: true }, 401, 'ERR_WXPAY_SIGN_PROBE'],
    [{ tampered: true }, 401, 'ERR_WXPAY_BAD_SIGNATURE'],
    [{ unknownSerial: true }, 401, 'ERR_WXPAY_UNKNOWN_SERIAL'],
    [{ staleTimestamp: true }, 401, 'ERR_WXPAY_STALE'],
    [{ wrongApiV3Key: true }, 400, 'ERR_WXPAY_DECRYPT_FAILED'],
    [{ wrongMchid: '1900000110' }, 400, 'ERR_WXPAY_WRONG_MERCHANT'],
    [{ wrongAppid: 'wxffffffffffffffff' }, 400, 'ERR_WXPAY_WRONG_MERCHANT'],
  ])('%j', async (fault, status, code) => {
    shop.mount({ fulfil, fulfilOther, onIgnored: () => void effects.push('ignored') });
    shop.sim.switches.next({ notify: fault });
    await shop.sim.sendEvent(transfer());
    expect([effects, shop.statuses(), shop.codes]).toEqual([[], [status], [code]]);
  });
});

test('fulfilOther must be a function', () => {
  expect(() => shop.mount({ fulfilOther: true })).toThrow('"fulfilOther" must be a function');
});
