import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Order, WxpayError } from 'koa-wxpay';
import { platformKeyPair, type SignedNotice } from 'koa-wxpay/testing';
import { merchantV3, NOW, noticeV3 as notice, platform } from '../../support/merchant-v3.js';
import { type Answer, merchant, notice as noticeV2, notifyShop, order, type TestShop } from '../../support/shop.js';

const wxpay = merchantV3();
const { appid, mchid } = merchant;

const ACK: Answer = { status: 204, type: null, body: '' };
const refusal = (status: number): Answer => ({
  status,
  type: 'application/json; charset=utf-8',
  body: '{"code":"FAIL","message":"失败"}',
});
const refund = {
  refund_id: '50000404922017112502468056157',
  out_refund_no: 'R0001',
  refund_status: 'SUCCESS',
  success_time: '2026-01-01T12:34:56+08:00',
  user_received_account: '支付用户零钱',
  amount: { total: 1990, refund: 600, payer_total: 1990, payer_refund: 600 },
  trade_state: undefined,
  payer: undefined,
};

let shop: TestShop;
afterEach(() => shop.close());
const open = (options: Parameters<typeof notifyShop>[0] = {}, around?: Parameters<typeof notifyShop>[1]) =>
  notifyShop({ wxpay, ...options }, around).then((opened) => (shop = opened));

describe('a genuine notification', () => {
  test('reaches the handler once and is acknowledged with 204 and nothing else, however many copies come', async () => {
    await open();
    expect(await shop.post(notice())).toEqual(ACK);
    expect(await shop.post(notice({ now: NOW + 15_000 }))).toEqual(ACK);
    expect(shop.handled).toEqual(['payment.success']);
    expect(shop.codes).toEqual([]);
  });

  test('carries the payment in the very shape v2 gives', async () => {
    let seen: unknown;
    await open(
      {},
      {
        handler: (ctx) => {
          seen = ctx.state.wxpay.notice;
        },
      },
    );
    await shop.post(notice({ resource: { attach: '礼物' } }));
    expect(seen).toMatchObject({
      type: 'payment.success',
      id: expect.stringMatching(/^EV-/),
      payment: {
        ...facts2,
        attach: '礼物',
        payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
        amount: { total: 1990, payer_total: 1990, currency: 'CNY' },
      },
    });
  });

  test('a refund of part of it is handed over once per state', async () => {
    await open({ findOrder: async () => order({ state: 'paid', transaction_id: '4200001234202601011234567890' }) });
    for (const [event_type, refund_status] of [
      ['REFUND.SUCCESS', 'SUCCESS'],
      ['REFUND.SUCCESS', 'SUCCESS'],
      ['REFUND.ABNORMAL', 'ABNORMAL'],
      ['REFUND.CLOSED', 'CLOSED'],
    ]) {
      expect(await shop.post(notice({ event_type, resource: { ...refund, refund_status } }))).toEqual(ACK);
    }
    expect(shop.handled).toEqual(['refund.success', 'refund.abnormal', 'refund.closed']);
  });
});

const facts2 = {
  appid,
  mchid,
  out_trade_no: 'SHOP00A17',
  transaction_id: '4200001234202601011234567890',
  trade_state: 'SUCCESS',
};

describe('each check refuses its forged input, and the handler does not run', () => {
  const with_ = (headers: Record<string, string>): SignedNotice => {
    const sent = notice();
    return { ...sent, headers: { ...sent.headers, ...headers } };
  };
  const without = (name: string): SignedNotice => {
    const { body, headers } = notice();
    return { body, headers: Object.fromEntries(Object.entries(headers).filter(([given]) => given !== name)) };
  };
  const other = platformKeyPair('PUB_KEY_ID_0119000002');
  const tampered = () => {
    const { body, headers } = notice();
    return { headers, body: body.replace('"create_time":"2026', '"create_time":"2027') };
  };
  test.each<[string, () => SignedNotice, number, string, Partial<Order> | null]>([
    ['no timestamp', () => without('wechatpay-timestamp'), 400, 'BAD_REQUEST', {}],
    ['an empty nonce', () => with_({ 'wechatpay-nonce': '' }), 400, 'BAD_REQUEST', {}],
    ['a timestamp that is no number', () => with_({ 'wechatpay-timestamp': 'NaN' }), 401, 'STALE', {}],
    ['five minutes old', () => notice({ now: NOW - 300_000 }), 401, 'STALE', {}],
    ['five minutes ahead', () => notice({ now: NOW + 300_000 }), 401, 'CLOCK_SKEW', {}],
    ['a serial of nobody', () => with_({ 'wechatpay-serial': 'PUB_KEY_ID_0119999999' }), 401, 'UNKNOWN_SERIAL', {}],
    [
      'a serial that walks the tree',
      () => with_({ 'wechatpay-serial': '../../etc/passwd' }),
      401,
      'UNKNOWN_SERIAL',
      {},
    ],
    [
      'a serial that is a property of objects',
      () => with_({ 'wechatpay-serial': 'constructor' }),
      401,
      'UNKNOWN_SERIAL',
      {},
    ],
    [
      'another signature type',
      () => with_({ 'wechatpay-signature-type': 'WECHATPAY2-SM2-WITH-SM3' }),
      401,
      'BAD_SIGNATURE',
      {},
    ],
    [
      "WeChat's own wrong signature",
      () => with_({ 'wechatpay-signature': 'WECHATPAY/SIGNTEST/abc' }),
      401,
      'SIGN_PROBE',
      {},
    ],
    [
      'another key under our serial',
      () => notice({}, { platform: { ...other, serial: platform.serial } }),
      401,
      'BAD_SIGNATURE',
      {},
    ],
    ['a body with one character changed', tampered, 401, 'BAD_SIGNATURE', {}],
    ['another APIv3 key', () => notice({}, { apiV3Key: 'x'.repeat(32) }), 400, 'DECRYPT_FAILED', {}],
    [
      'another merchant, signed by the same platform',
      () => notice({ resource: { mchid: '1900000110' } }),
      400,
      'WRONG_MERCHANT',
      {},
    ],
    ['another appid', () => notice({ resource: { appid: 'wxffffffffffffffff' } }), 400, 'WRONG_MERCHANT', {}],
    ['another event', () => notice({ event_type: 'PAYSCORE.USER_PAID' }), 500, 'NOT_A_PAYMENT', {}],
    [
      'a payment that did not succeed',
      () => notice({ resource: { trade_state: 'PAYERROR' } }),
      500,
      'NOT_A_PAYMENT',
      {},
    ],
    ['a payment with refund fields', () => notice({ resource: { refund_id: 'x' } }), 500, 'NOT_A_PAYMENT', {}],
    [
      'an amount in text',
      () => notice({ resource: { amount: { total: '1990', currency: 'CNY' } } }),
      400,
      'BAD_FACTS',
      {},
    ],
    [
      'an amount with a fraction',
      () => notice({ resource: { amount: { total: 19.9, currency: 'CNY' } } }),
      400,
      'BAD_FACTS',
      {},
    ],
    ['an order nobody knows', () => notice(), 500, 'UNKNOWN_ORDER', null],
    [
      'another amount',
      () => notice({ resource: { amount: { total: 1, currency: 'CNY' } } }),
      500,
      'AMOUNT_MISMATCH',
      {},
    ],
    [
      'a total of another order in a refund',
      () =>
        notice({ event_type: 'REFUND.SUCCESS', resource: { ...refund, amount: { ...refund.amount, total: 2000 } } }),
      500,
      'AMOUNT_MISMATCH',
      {},
    ],
    [
      'more refunded than was paid',
      () =>
        notice({ event_type: 'REFUND.SUCCESS', resource: { ...refund, amount: { ...refund.amount, refund: 1991 } } }),
      400,
      'BAD_FACTS',
      {},
    ],
    [
      'a payment of an order paid otherwise',
      () => notice(),
      500,
      'SECOND_PAYMENT',
      { state: 'paid', transaction_id: '4200009999202601019999999999' },
    ],
    ['v2 XML where no v2 credentials are', () => noticeV2(), 401, 'BAD_SIGNATURE', {}],
  ])('%s', async (_, forge, status, code, found) => {
    await open({ findOrder: async () => found && order(found) });
    const sent = forge();
    const answer = await shop.post(sent);
    expect(answer.status).toBe(status);
    if (!sent.body.startsWith('<')) expect(answer).toEqual(refusal(status));
    expect(shop.codes).toEqual([`ERR_WXPAY_${code}`]);
    expect(shop.handled).toEqual([]);
  });

  test.each(['timestamp', 'nonce', 'signature', 'serial'])(
    'the %s header twice, as Node would join it',
    async (name) => {
      await open();
      const { body, headers } = notice();
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const all = Object.entries(headers).flatMap(([given, value]) =>
          given === `wechatpay-${name}` ? [given, value, given, value] : [given, value],
        );
        const sending = request(
          shop.url,
          {
            method: 'POST',
            headers: [...all, 'host', '127.0.0.1', 'content-length', String(Buffer.byteLength(body))] as never,
          },
          (response) => {
            response.resume();
            resolve(response.statusCode);
          },
        );
        sending.on('error', reject);
        sending.end(body);
      });
      expect(status).toBe(400);
      expect(shop.codes).toEqual(['ERR_WXPAY_BAD_REQUEST']);
    },
  );

  test('the error of a refusal has the facts a log needs, and nothing a stranger could write into it', async () => {
    await open();
    const { body, headers } = notice();
    await shop.post({ body, headers: { ...headers, 'wechatpay-signature': 'AAAA' } });
    await shop.post({ body, headers: { ...headers, 'wechatpay-serial': 'x"\\u001b[2J' } });
    const sha256 = createHash('sha256').update(body).digest('hex');
    const ms = expect.any(Number);
    expect(shop.errors.map((error) => (error as WxpayError).facts)).toEqual([
      { mchid, serial: platform.serial, bytes: Buffer.byteLength(body), sha256, ms },
      { mchid, bytes: Buffer.byteLength(body), sha256, ms },
    ]);
  });

  test('the true copy after a probe is settled', async () => {
    await open();
    await shop.post(with_({ 'wechatpay-signature': 'WECHATPAY/SIGNTEST/abc' }));
    expect(await shop.post(notice())).toEqual(ACK);
    expect(shop.handled).toEqual(['payment.success']);
  });
});

test('a shop that moved from v2 reads both kinds with one handler', async () => {
  const both = merchantV3({ v2: { key: merchant.key } });
  await open({ wxpay: both, findOrder: async (out_trade_no) => order({ out_trade_no }) });
  expect(await shop.post(notice())).toEqual(ACK);
  expect((await shop.post(noticeV2({ out_trade_no: 'SHOP00A18' }))).status).toBe(200);
  expect(shop.handled).toEqual(['payment.success', 'payment.success']);
});
