import { describe, expect, test } from '@jest/globals';
import type { NotificationContent } from 'koa-wxpay';
import { API_V3_KEY, merchantOf, NOW, PLATFORM_ID, platformKey } from '../../../support/fake-mch-v3.js';
import { deliver, envelopeOf } from '../../../support/notice-v3.js';

const sender = { serial: PLATFORM_ID, key: platformKey, apiV3Key: API_V3_KEY };
const direct = merchantOf('http://127.0.0.1:9');
const provider = merchantOf('http://127.0.0.1:9', { sub_mchid: '1900000200', sub_appid: 'wxfedcba9876543210' });

function read(event_type: string, original_type: string, resource: unknown, by = direct): Promise<NotificationContent> {
  const { body, headers } = deliver(sender, envelopeOf(event_type, resource, API_V3_KEY, original_type), NOW);
  return by.readNotification(body, headers);
}

/** What it is taken for, or why it is refused. */
const outcome = (...args: Parameters<typeof read>): Promise<string> =>
  read(...args).then(
    (content) => Object.keys(content).join(),
    ({ status, code }) => `${status} ${code}`,
  );

const facts = {
  out_trade_no: 'SHOP00A17',
  transaction_id: '4200000000202601010000000001',
  trade_state: 'SUCCESS',
  trade_type: 'JSAPI',
};
const payment = {
  ...facts,
  mchid: '1900000109',
  appid: 'wx0123456789abcdef',
  amount: { total: 1990, currency: 'CNY' },
};
const refund = {
  mchid: '1900000109',
  out_trade_no: 'SHOP00A17',
  transaction_id: '4200000000202601010000000001',
  out_refund_no: 'R1',
  refund_id: '50000000382019052709732678859',
  refund_status: 'SUCCESS',
  amount: { total: 1990, refund: 1990 },
};

describe('the kind is told by event_type together with original_type', () => {
  test.each([
    ['TRANSACTION.SUCCESS', 'transaction', payment, 'notice'],
    ['TRANSACTION.SUCCESS', 'profitsharing', payment, 'other'],
    ['TRANSACTION.SUCCESS', 'mch_payment', payment, 'other'],
    ['TRANSACTION.SUCCESS', '', payment, 'other'],
    ['MCHTRANSFER.BILL.FINISHED', 'transaction', payment, 'other'],
    ['REFUND.SUCCESS', 'refund', refund, 'notice'],
    ['REFUND.SUCCESS', 'transaction', refund, 'other'],
    ['MALL_REFUND.SUCCESS', 'refund', refund, 'other'],
  ])('%s of %p', async (event_type, original_type, resource, expected) => {
    expect(await outcome(event_type, original_type, resource)).toBe(expected);
  });

  test('an envelope without original_type is of the kind of its event_type', async () => {
    for (const [event_type, resource] of [
      ['TRANSACTION.SUCCESS', payment],
      ['REFUND.SUCCESS', refund],
    ] as const) {
      const envelope = envelopeOf(event_type, resource, API_V3_KEY) as { resource: { original_type?: string } };
      delete envelope.resource.original_type;
      const { body, headers } = deliver(sender, envelope, NOW);
      expect(Object.keys(await direct.readNotification(body, headers))).toEqual(['notice']);
    }
  });
});

describe('a notification of another kind', () => {
  const share = { transaction_id: '42', order_id: '1', out_order_no: 'S1' };

  test.each<[string, object, string]>([
    ['names nothing', {}, 'other'],
    ['names this merchant', { mchid: '1900000109', appid: 'wx0123456789abcdef' }, 'other'],
    ['names another merchant', { mchid: '1900000110' }, '400 ERR_WXPAY_WRONG_MERCHANT'],
    ['names another account', { mchid: '1900000109', appid: 'wxffffffffffffffff' }, '400 ERR_WXPAY_WRONG_MERCHANT'],
    ['names a provider', { sp_mchid: '1900000109', sub_mchid: '1900000200' }, '400 ERR_WXPAY_WRONG_MERCHANT'],
    ['names a merchant by a number', { mchid: 1900000109 }, '400 ERR_WXPAY_WRONG_MERCHANT'],
    [
      'names this merchant as the receiver of profit that another one shared',
      { mchid: '1900000110', receiver: { type: 'MERCHANT_ID', account: '1900000109', amount: 1 } },
      'other',
    ],
    [
      'names another merchant, and a person as the receiver',
      { mchid: '1900000110', receiver: { type: 'PERSONAL_OPENID', account: '1900000109', amount: 1 } },
      '400 ERR_WXPAY_WRONG_MERCHANT',
    ],
    [
      'names another merchant, and another receiver',
      { mchid: '1900000110', receiver: { type: 'MERCHANT_ID', account: '1900000111', amount: 1 } },
      '400 ERR_WXPAY_WRONG_MERCHANT',
    ],
  ])('that %s', async (_, names, expected) => {
    expect(await outcome('PROFITSHARING.SUCCESS', 'profitsharing', { ...share, ...names })).toBe(expected);
  });

  test.each<[string, object, string]>([
    ['names nothing', {}, 'other'],
    ['names the provider and the shop', { sp_mchid: '1900000109', sub_mchid: '1900000200' }, 'other'],
    ['names the provider alone', { mchid: '1900000109' }, 'other'],
    ['names the shop alone', { mchid: '1900000200', appid: 'wxfedcba9876543210' }, 'other'],
    ['names another shop', { sp_mchid: '1900000109', sub_mchid: '1900000201' }, '400 ERR_WXPAY_WRONG_MERCHANT'],
    ['names another provider', { sp_mchid: '1900000110', sub_mchid: '1900000200' }, '400 ERR_WXPAY_WRONG_MERCHANT'],
    ['names another merchant', { mchid: '1900000201' }, '400 ERR_WXPAY_WRONG_MERCHANT'],
  ])('to a provider that %s', async (_, names, expected) => {
    expect(await outcome('PROFITSHARING.SUCCESS', 'profitsharing', { ...share, ...names }, provider)).toBe(expected);
  });

  test.each([
    ['id', ''],
    ['id', 'x'.repeat(65)],
    ['id', 'EV 1'],
    ['id', 'EV\n1'],
    ['event_type', ''],
    ['event_type', '投诉'],
  ])('whose %s is %j cannot be told from its copies, and is refused', async (name, value) => {
    const envelope = { ...envelopeOf('COUPON.USE', {}, API_V3_KEY, 'coupon'), [name]: value };
    const { body, headers } = deliver(sender, envelope, NOW);
    await expect(direct.readNotification(body, headers)).rejects.toMatchObject({ code: 'ERR_WXPAY_BAD_FACTS' });
  });
});

describe('a combined order', () => {
  const orderOf = (n: number, changes: object = {}) => ({
    ...facts,
    mchid: '1900000109',
    out_trade_no: `SHOP00A1${n}`,
    transaction_id: `420000000020260101000000000${n}`,
    attach: `第${n}家`,
    bank_type: 'OTHERS',
    success_time: '2026-01-01T10:34:56+08:00',
    amount: { total_amount: 100 * n, payer_amount: 90 * n, currency: 'CNY', payer_currency: 'CNY' },
    ...changes,
  });
  const combined = {
    combine_appid: 'wx0123456789abcdef',
    combine_mchid: '1900000109',
    combine_out_trade_no: 'COMBINED1',
    combine_payer_info: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
    sub_orders: [orderOf(1), orderOf(2)],
  };
  const taken = (changes: object = {}, by = direct) =>
    outcome('TRANSACTION.SUCCESS', 'transaction', { ...combined, ...changes }, by);

  test('is a payment for each of its orders', async () => {
    const content = await read('TRANSACTION.SUCCESS', 'transaction', combined);
    const paid = (n: number) => ({
      type: 'payment.success',
      id: 'EV-2018022511223320873',
      payment: {
        appid: 'wx0123456789abcdef',
        mchid: '1900000109',
        out_trade_no: `SHOP00A1${n}`,
        transaction_id: `420000000020260101000000000${n}`,
        trade_state: 'SUCCESS',
        trade_type: 'JSAPI',
        bank_type: 'OTHERS',
        attach: `第${n}家`,
        success_time: '2026-01-01T10:34:56+08:00',
        payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
        amount: { total: 100 * n, payer_total: 90 * n, currency: 'CNY', payer_currency: 'CNY' },
        combine_out_trade_no: 'COMBINED1',
      },
      raw: expect.objectContaining({ resource: { ...combined, sub_orders: [orderOf(n)] } }),
    });
    expect(content).toEqual({ combined: [paid(1), paid(2)] });
  });

  test.each<[string, object]>([
    ['another combine_mchid', { combine_mchid: '1900000110' }],
    ['no combine_mchid', { combine_mchid: undefined }],
    ['another combine_appid', { combine_appid: 'wxffffffffffffffff' }],
    ['an order of another merchant', { sub_orders: [orderOf(1), orderOf(2, { mchid: '1900000110' })] }],
    ['an order of no merchant', { sub_orders: [orderOf(1, { mchid: undefined })] }],
    ['an order of a shop that a provider serves', { sub_orders: [orderOf(1, { sub_mchid: '1900000200' })] }],
  ])('with %s is another merchant’s, as a whole', async (_, changes) => {
    expect(await taken(changes)).toBe('400 ERR_WXPAY_WRONG_MERCHANT');
  });

  test.each<[string, object]>([
    ['no orders', { sub_orders: [] }],
    ['orders that are no list', { sub_orders: { 0: orderOf(1) } }],
    ['an order that is none', { sub_orders: [orderOf(1), 'SHOP00A12'] }],
    ['no amount', { sub_orders: [orderOf(1, { amount: undefined })] }],
    ['the amount of an ordinary payment', { sub_orders: [orderOf(1, { amount: { total: 100, currency: 'CNY' } })] }],
    ['an amount of zero', { sub_orders: [orderOf(1, { amount: { total_amount: 0, currency: 'CNY' } })] }],
    ['a fraction', { sub_orders: [orderOf(1, { amount: { total_amount: 1.5, currency: 'CNY' } })] }],
    ['no transaction_id', { sub_orders: [orderOf(1, { transaction_id: undefined })] }],
    ['an out_trade_no that is none', { sub_orders: [orderOf(1, { out_trade_no: 'a b' })] }],
    ['an order twice', { sub_orders: [orderOf(1), orderOf(1)] }],
    ['no number of its own', { combine_out_trade_no: '' }],
  ])('with %s has bad facts', async (_, changes) => {
    expect(await taken(changes)).toBe('400 ERR_WXPAY_BAD_FACTS');
  });

  test.each<[string, object]>([
    ['is not paid', { trade_state: 'NOTPAY' }],
    ['is refunded', { refund_id: '50000000382019052709732678859' }],
  ])('one of whose orders %s is no payment', async (_, change) => {
    expect(await taken({ sub_orders: [orderOf(1), orderOf(2, change)] })).toBe('ignored');
  });

  test('is paid to one of the accounts of the merchant', async () => {
    const appids = ['wx0123456789abcdef', 'wx0000000000000001'];
    const several = merchantOf('http://127.0.0.1:9', { appids });
    const resource = { ...combined, combine_appid: appids[1] };
    expect(await read('TRANSACTION.SUCCESS', 'transaction', resource, several)).toMatchObject({
      combined: [{ payment: { appid: appids[1] } }, { payment: { appid: appids[1] } }],
    });
    expect(await taken({ combine_appid: 'wx0000000000000002' }, several)).toBe('400 ERR_WXPAY_WRONG_MERCHANT');
  });

  test('is not an ordinary payment that also has its fields', async () => {
    const both = { ...combined, ...payment };
    const content = await read('TRANSACTION.SUCCESS', 'transaction', both);
    expect(content).toMatchObject({ notice: { payment: { out_trade_no: 'SHOP00A17', amount: { total: 1990 } } } });
    expect(await outcome('TRANSACTION.SUCCESS', 'profitsharing', combined)).toBe('other');
  });

  test('of a provider names the shop in each of its orders', async () => {
    const served = (changes: object = {}) => orderOf(1, { sub_mchid: '1900000200', ...changes });
    expect(await taken({ sub_orders: [served({ sub_appid: 'wxfedcba9876543210' })] }, provider)).toBe('combined');
    for (const changes of [
      { sub_mchid: '1900000201' },
      { sub_mchid: undefined },
      { sub_appid: 'wxffffffffffffffff' },
    ]) {
      expect(await taken({ sub_orders: [served(changes)] }, provider)).toBe('400 ERR_WXPAY_WRONG_MERCHANT');
    }
  });
});
