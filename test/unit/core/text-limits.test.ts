import { describe, expect, test } from '@jest/globals';
import type { Order, RefundRequest } from 'koa-wxpay';
import { resolveOrder } from '../../../src/core/order-rules.js';
import { resolveRefund } from '../../../src/core/refund.js';
import { refundFields } from '../../../src/core/v2/refund.js';
import { type PlaceV2, unifiedorder } from '../../../src/core/v2/unifiedorder.js';
import { buildRefund } from '../../../src/core/v3/refunds.js';
import { buildPlace } from '../../../src/core/v3/transactions.js';

const url = 'https://shop.example/n';
const merchant = { appid: 'wx0123456789abcdef', mchid: '1900000109', notifyUrl: url, refundNotifyUrl: url };
const v2 = { ...merchant, keys: ['k'], signType: 'MD5', acceptSignTypes: ['MD5'] } as const;
const order = { out_trade_no: 'SHOP00A17', description: '明前龙井', amount: { total: 1990 } };
const from = { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', clientIp: '127.0.0.1' };
const h5 = { type: 'Wap' };

const place = {
  v2: (changes: object, trade_type: PlaceV2['trade_type'] = 'JSAPI') =>
    unifiedorder({ ...v2, keys: ['k'] }, resolveOrder({ ...order, ...changes } as Order, merchant), {
      trade_type,
      notify_url: url,
      ...from,
    }),
  v3: (changes: object) =>
    buildPlace(
      'scene_info' in changes ? 'h5' : 'jsapi',
      resolveOrder({ ...order, ...changes } as Order, merchant),
      from,
      merchant,
    ),
};

const repeat = (text: string, length: number): string => text.repeat(length);
const goods = (field: object) => ({ detail: { goods_detail: [{ quantity: 1 }, field] } });

/** What WeChat takes at the most, and one more. */
describe.each<['v2' | 'v3', string, string, (text: string) => object, number]>([
  // Counted in bytes: a Chinese character takes three.
  ['v2', 'description', 'a', (description) => ({ description }), 128],
  ['v2', 'description', '中', (description) => ({ description: `${description}ab` }), 42],
  ['v3', 'attach', 'a', (attach) => ({ attach }), 128],
  ['v3', 'attach', '中', (attach) => ({ attach: `${attach}ab` }), 42],
  ['v3', 'attach', '🍵', (attach) => ({ attach }), 32],
  ['v3', 'detail', '中', (text) => ({ detail: { text } }), 2044],
  // Counted in characters.
  ['v3', 'description', '中', (description) => ({ description }), 127],
  ['v3', 'description', '🍵', (description) => ({ description }), 127],
  ['v2', 'attach', '中', (attach) => ({ attach }), 127],
  ['v2', 'detail', '中', (text) => ({ detail: { text } }), 6133],
  ['v2', 'goods_tag', '中', (goods_tag) => ({ goods_tag }), 32],
  ['v3', 'goods_tag', '中', (goods_tag) => ({ goods_tag }), 32],
  ['v2', 'scene_info.device_id', '中', (device_id) => ({ scene_info: { device_id } }), 32],
  ['v2', 'scene_info', '中', (id) => ({ scene_info: { store_info: { id } } }), 232],
  ['v3', 'scene_info.device_id', '中', (device_id) => ({ scene_info: { device_id, h5_info: h5 } }), 32],
  ['v3', 'scene_info.store_info.id', '中', (id) => ({ scene_info: { store_info: { id }, h5_info: h5 } }), 32],
  ['v3', 'scene_info.store_info.name', '中', (name) => ({ scene_info: { store_info: { name }, h5_info: h5 } }), 256],
  [
    'v3',
    'scene_info.store_info.area_code',
    '4',
    (text) => ({ scene_info: { store_info: { area_code: text }, h5_info: h5 } }),
    32,
  ],
  [
    'v3',
    'scene_info.store_info.address',
    '中',
    (text) => ({ scene_info: { store_info: { address: text }, h5_info: h5 } }),
    512,
  ],
  ['v3', 'scene_info.h5_info.app_name', '中', (app_name) => ({ scene_info: { h5_info: { ...h5, app_name } } }), 64],
  ['v3', 'scene_info.h5_info.app_url', 'a', (app_url) => ({ scene_info: { h5_info: { ...h5, app_url } } }), 128],
  ['v3', 'scene_info.h5_info.bundle_id', 'a', (bundle_id) => ({ scene_info: { h5_info: { ...h5, bundle_id } } }), 128],
  [
    'v3',
    'scene_info.h5_info.package_name',
    'a',
    (text) => ({ scene_info: { h5_info: { ...h5, package_name: text } } }),
    128,
  ],
  ['v3', 'detail.invoice_id', 'a', (invoice_id) => ({ detail: { invoice_id } }), 32],
  ['v3', 'detail.goods_detail.*.merchant_goods_id', 'a', (text) => goods({ merchant_goods_id: text }), 32],
  ['v3', 'detail.goods_detail.*.wechatpay_goods_id', 'a', (text) => goods({ wechatpay_goods_id: text }), 32],
  ['v3', 'detail.goods_detail.*.goods_name', '中', (goods_name) => goods({ goods_name }), 256],
])('%s %s, of %s', (version, name, character, changes, most) => {
  test(`takes ${most} and refuses one more`, () => {
    expect(() => place[version](changes(repeat(character, most)))).not.toThrow();
    expect(() => place[version](changes(repeat(character, most + 1)))).toThrow(
      expect.objectContaining({
        code: 'ERR_WXPAY_ORDER_INVALID',
        message: expect.stringMatching(new RegExp(`^under API ${version} "${name.replaceAll('*', '\\*')}" must be`)),
      }),
    );
  });
});

test('the reason of a refund takes 80 characters in both versions', () => {
  const refund = (reason: string) =>
    resolveRefund({
      out_trade_no: 'SHOP00A17',
      out_refund_no: 'R1',
      amount: { refund: 1, total: 1 },
      reason,
    } as RefundRequest);
  for (const send of [
    (reason: string) => refundFields(refund(reason), url),
    (reason: string) => buildRefund(refund(reason), merchant),
  ]) {
    expect(() => send(repeat('中', 80))).not.toThrow();
    expect(() => send(repeat('中', 81))).toThrow(/"reason" must be a string of at most 80 characters, and has 81/);
  }
});

test.each(['v2', 'v3'] as const)('a text that is none is refused under %s', (version) => {
  expect(() => place[version]({ attach: 7 })).toThrow(/"attach" must be a string of at most .*, not number/);
  expect(() => place[version]({ attach: '\ud83c' })).toThrow('holds half a surrogate pair');
});

test('the limit in bytes is explained where it is met', () => {
  expect(() => place.v3({ attach: repeat('中', 68) })).toThrow(
    'under API v3 "attach" must be a string of at most 128 bytes of UTF-8 (a Chinese character takes three), and has 204',
  );
});
