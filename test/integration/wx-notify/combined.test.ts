import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Notice, type Order, WxpayError } from 'koa-wxpay';
import { type EventShop, eventShop } from '../../support/event-shop.js';
import { order } from '../../support/shop.js';

let shop: EventShop;
let paid: string[];
let orders: Map<string, Order>;
beforeEach(async () => {
  shop = await eventShop();
  paid = [];
  orders = new Map(
    [1, 2, 3].map((n) => [`SHOP00A1${n}`, order({ out_trade_no: `SHOP00A1${n}`, amount: { total: 100 * n } })]),
  );
});
afterEach(() => shop.close());

const orderOf = (n: number, changes: object = {}) => ({
  mchid: shop.sim.merchant.mchid,
  trade_state: 'SUCCESS',
  trade_type: 'JSAPI',
  out_trade_no: `SHOP00A1${n}`,
  transaction_id: `420000000020260101000000000${n}`,
  amount: { total_amount: 100 * n, payer_amount: 100 * n, currency: 'CNY' },
  ...changes,
});

/** The notification of a combined order of these orders. */
const send = (sub_orders: object[], changes: object = {}) =>
  shop.sim.sendEvent({
    url: shop.url,
    event_type: 'TRANSACTION.SUCCESS',
    original_type: 'transaction',
    resource: {
      combine_appid: shop.sim.app.appid,
      combine_mchid: shop.sim.merchant.mchid,
      combine_out_trade_no: 'COMBINED1',
      combine_payer_info: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
      sub_orders,
      ...changes,
    },
  });

const findOrder = async (out_trade_no: string) => orders.get(out_trade_no) ?? null;
const fulfil = async (notice: Notice) => {
  if (notice.type === 'payment.success') paid.push(notice.payment.out_trade_no);
};

describe('a combined order', () => {
  test('settles each of its orders', async () => {
    const seen: Notice[] = [];
    shop.mount({ findOrder, fulfil: async (notice: Notice) => void seen.push(notice) });
    await send([orderOf(1), orderOf(2)]);
    expect(seen).toMatchObject([
      { payment: { out_trade_no: 'SHOP00A11', combine_out_trade_no: 'COMBINED1', amount: { total: 100 } } },
      { payment: { out_trade_no: 'SHOP00A12', combine_out_trade_no: 'COMBINED1', amount: { total: 200 } } },
    ]);
    expect([shop.statuses(), shop.codes, shop.reached]).toEqual([[204], [], 0]);
  });

  test('settles each once, however many copies arrive', async () => {
    shop.mount({ findOrder, fulfil });
    shop.sim.switches.next({ notify: { duplicate: 16 } });
    await send([orderOf(1), orderOf(2), orderOf(3)]);
    await shop.sim.clock.advance(60_000);
    expect(paid.sort()).toEqual(['SHOP00A11', 'SHOP00A12', 'SHOP00A13']);
  });

  test('one of whose orders fails is not acknowledged, and its copies run that one alone', async () => {
    let failures = 2;
    shop.mount({
      findOrder,
      fulfil: async (notice: Notice) => {
        if (notice.type === 'payment.success' && notice.payment.out_trade_no === 'SHOP00A12' && failures-- > 0) {
          throw new Error('the database is down');
        }
        await fulfil(notice);
      },
    });
    await send([orderOf(1), orderOf(2), orderOf(3)]);
    expect([paid, shop.statuses()]).toEqual([['SHOP00A11', 'SHOP00A13'], [503]]);
    await shop.sim.clock.advance(60_000);
    await shop.sim.settled();
    expect([paid, shop.statuses()]).toEqual([
      ['SHOP00A11', 'SHOP00A13', 'SHOP00A12'],
      [503, 503, 204],
    ]);
    expect(shop.codes).toEqual(['ERR_WXPAY_HANDLER_FAILED', 'ERR_WXPAY_HANDLER_FAILED']);
  });

  test.each<[string, () => void, object, string]>([
    ['of another amount', () => {}, { amount: { total_amount: 199, currency: 'CNY' } }, 'ERR_WXPAY_AMOUNT_MISMATCH'],
    ['of another currency', () => {}, { amount: { total_amount: 200, currency: 'USD' } }, 'ERR_WXPAY_AMOUNT_MISMATCH'],
    ['that nobody knows', () => orders.delete('SHOP00A12'), {}, 'ERR_WXPAY_UNKNOWN_ORDER'],
    [
      'of another merchant, says findOrder',
      () => orders.set('SHOP00A12', order({ out_trade_no: 'SHOP00A12', amount: { total: 200 }, mchid: '1900000110' })),
      {},
      'ERR_WXPAY_ORDER_INVALID',
    ],
    [
      'that was paid before by another payment',
      () =>
        orders.set(
          'SHOP00A12',
          order({ out_trade_no: 'SHOP00A12', amount: { total: 200 }, state: 'paid', transaction_id: '42' }),
        ),
      {},
      'ERR_WXPAY_SECOND_PAYMENT',
    ],
  ])(
    'with an order %s is not acknowledged: that one is not paid, and the others are',
    async (_, change, fields, code) => {
      change();
      shop.mount({ findOrder, fulfil });
      await send([orderOf(1), orderOf(2, fields), orderOf(3)]);
      expect([paid, shop.statuses(), shop.codes]).toEqual([['SHOP00A11', 'SHOP00A13'], [500], [code]]);
    },
  );

  test.each<[string, () => [object[], object]]>([
    ['belongs to another merchant', () => [[orderOf(1)], { combine_mchid: '1900000110' }]],
    ['holds the order of another merchant', () => [[orderOf(1), orderOf(2, { mchid: '1900000110' })], {}]],
  ])('that %s is refused as a whole', async (_, resource) => {
    shop.mount({ findOrder, fulfil });
    await send(...resource());
    expect([paid, shop.statuses(), shop.codes]).toEqual([[], [400], ['ERR_WXPAY_WRONG_MERCHANT']]);
  });

  test.each([{ wrongSignature: true }, { tampered: true }, { wrongApiV3Key: true }])(
    'with %j settles nothing',
    async (fault) => {
      shop.mount({ findOrder, fulfil });
      shop.sim.switches.next({ notify: fault });
      await send([orderOf(1), orderOf(2)]);
      expect([paid, shop.sim.deliveries.some(({ acknowledged }) => acknowledged)]).toEqual([[], false]);
    },
  );

  test('shares the claim of each order with its ordinary payment', async () => {
    shop.mount({ findOrder, fulfil });
    await send([orderOf(1)]);
    await shop.sim.sendEvent({
      url: shop.url,
      event_type: 'TRANSACTION.SUCCESS',
      original_type: 'transaction',
      resource: { ...orderOf(1), appid: shop.sim.app.appid, amount: { total: 100, currency: 'CNY' } },
    });
    expect([paid, shop.statuses()]).toEqual([['SHOP00A11'], [204, 204]]);
  });

  test('needs fulfil: a handler in the chain runs once for a request', async () => {
    shop.mount({ findOrder });
    await send([orderOf(1), orderOf(2)]);
    expect([shop.statuses(), shop.codes, shop.reached]).toEqual([[503], ['ERR_WXPAY_HANDLER_FAILED'], 0]);
    expect(shop.errors[0]).toBeInstanceOf(WxpayError);
    expect(shop.errors[0]?.message).toContain('a combined order of 2 orders needs "fulfil"');
  });
});
