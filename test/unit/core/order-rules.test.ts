import { describe, expect, test } from '@jest/globals';
import type { Order } from 'koa-wxpay';
import { currencyOf, resolveOrder, stateOf } from '../../../src/core/order-rules.js';

const merchant = { appid: 'wx0123456789abcdef', mchid: '1900000109' };
const order = { out_trade_no: 'SHOP00A17', description: '明前龙井', amount: { total: 1990 } };
const resolve = (changes: object = {}) => resolveOrder({ ...order, ...changes } as Order, merchant);
const optional = [
  'state',
  'transaction_id',
  'mchid',
  'appid',
  'sub_mchid',
  'sub_appid',
  'attach',
  'time_expire',
  'goods_tag',
  'detail',
  'support_fapiao',
  'settle_info',
  'limit_pay',
  'scene_info',
];

describe('an optional field that is absent', () => {
  test.each(optional.flatMap((name) => [undefined, null, ''].map((value) => [name, value])))(
    '%s: %p is not sent and is no error',
    (name, value) => {
      expect(resolve({ [name as string]: value })).toEqual(order);
    },
  );

  test('is not sent from inside an object either', () => {
    const absent = {
      amount: { total: 1990, currency: '' },
      settle_info: { profit_sharing: null },
      scene_info: { device_id: '', store_info: { id: '7', name: null }, h5_info: null },
      detail: { invoice_id: null, goods_detail: [{ merchant_goods_id: 'tea', goods_name: '' }] },
    };
    expect(resolve(absent)).toEqual({
      ...order,
      scene_info: { store_info: { id: '7' } },
      detail: { goods_detail: [{ merchant_goods_id: 'tea' }] },
    });
  });

  test('is CNY for a currency and pending for a state', () => {
    for (const nothing of [undefined, null, '']) {
      expect(currencyOf({ amount: { total: 1, currency: nothing } })).toBe('CNY');
      expect(stateOf({ ...order, state: nothing as null })).toBe('pending');
    }
  });

  test('is an error where the field is required', () => {
    for (const name of ['out_trade_no', 'description', 'amount']) {
      for (const nothing of [undefined, null, '']) expect(() => resolve({ [name]: nothing })).toThrow(`"${name}`);
    }
  });
});

test('an order may be a row with other columns, or an entity whose columns are getters', () => {
  class Row {
    get out_trade_no() {
      return 'SHOP00A17';
    }
    get description() {
      return '明前龙井';
    }
    get amount() {
      return { total: 1990 };
    }
    get attach() {
      return 'desk 7';
    }
  }
  expect(resolveOrder(new Row() as Order, merchant)).toEqual({ ...order, attach: 'desk 7' });
  expect(resolve({ id: 7, openid: 'o', created_at: new Date() })).toEqual(order);
});

describe('an order that is refused', () => {
  test.each<[string, unknown, string]>([
    ['null', null, 'an order must be an object, not null'],
    ['text', 'SHOP00A17', 'an order must be an object, not SHOP00A17'],
    ['a list of rows', [order], 'an order must be an object, not an array'],
  ])('is %s', (_, value, message) => {
    expect(() => resolveOrder(value as Order, merchant)).toThrow(message);
  });

  test.each<[object, string]>([
    [{ out_trade_no: 'ABCDE' }, '"out_trade_no" must be 6 to 32 of 0-9 A-Z a-z _ - | *, not "ABCDE" (5 characters)'],
    [{ out_trade_no: 'x'.repeat(33) }, `not "${'x'.repeat(33)}" (33 characters)`],
    [{ out_trade_no: 'SHOP 00A17' }, 'not "SHOP 00A17" (10 characters)'],
    [{ out_trade_no: 20260101 }, 'not 20260101 (a number)'],
    [{ description: undefined }, '"description" must be a string of 1 to 127 characters, not undefined'],
    [{ detail: 'text' }, '"detail" must be an object, not text'],
    [{ settle_info: { profit_sharing: 'Y' } }, '"settle_info.profit_sharing" must be true or false, not Y'],
    [{ support_fapiao: 1 }, '"support_fapiao" must be true or false, not 1'],
    [{ limit_pay: 'no_credit' }, `"limit_pay" must be a list such as ['no_credit']`],
    [{ time_expire: '2026-01-01' }, '"time_expire" must be a valid Date'],
    [{ mchid: '1900000110' }, 'the order belongs to mchid 1900000110, not 1900000109'],
    [{ sub_mchid: '1900000110' }, 'the order belongs to sub_mchid 1900000110, not undefined'],
    [{ notify_url: 'https://shop.example/n' }, '"notify_url" is not sent from an order: "notifyUrl" of createWxpay is'],
    [{ amount: { total: 1, payer_total: 1 } }, '"amount.payer_total" is not sent with an order'],
  ])('%j', (changes, message) => {
    expect(() => resolve(changes)).toThrow(message);
    expect(() => resolve(changes)).toThrow(expect.objectContaining({ code: 'ERR_WXPAY_ORDER_INVALID' }));
  });
});

describe('an amount that is not whole fen says what to do', () => {
  test.each<[unknown, string]>([
    ['1990', 'whole fen, at least 1, not string "1990": it is text, convert it with Number()'],
    ['0', 'not string "0": it is text, convert it with Number()'],
    [1990n, 'not the bigint 1990: convert it with Number()'],
    ['19.90', `not string "19.90" (fen('19.90') makes 1990)`],
    [19.9, `not 19.9 (fen('19.90') makes 1990)`],
    [0, 'not 0'],
    [-1, 'not -1'],
    [Number.NaN, 'not NaN'],
    [null, 'not null'],
    [undefined, 'not undefined'],
    [2 ** 53, 'not 9007199254740992'],
  ])('%p', (total, message) => {
    expect(() => resolve({ amount: { total } })).toThrow(message);
  });

  test('and never suggests fen() for digits, which would multiply the price by a hundred', () => {
    expect(() => resolve({ amount: { total: '1990' } })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('fen(') }),
    );
  });
});
