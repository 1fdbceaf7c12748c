import { afterEach, describe, expect, test } from '@jest/globals';
import { refundSafely } from '../../../../../src/client/merchant/refund-safely.js';
import { openOaep } from '../../../../../src/core/crypto/rsa.js';
import { TransportError } from '../../../../../src/core/errors.js';
import { resolveRefund } from '../../../../../src/core/refund.js';
import type { RefundRequest } from '../../../../../src/core/vocabulary.js';
import {
  type FakeAnswer,
  type FakeMch,
  fakeMch,
  merchantOf,
  PLATFORM_ID,
  platformKey,
  type Received,
} from '../../../../support/fake-mch-v3.js';

const open: FakeMch[] = [];
const mch = async (answer: (request: Received, count: number) => FakeAnswer): Promise<FakeMch> => {
  const server = await fakeMch(answer);
  open.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const request: RefundRequest = {
  out_trade_no: 'SHOP00A17',
  out_refund_no: 'SHOP00A17@1',
  amount: { refund: 990, total: 1990 },
  reason: '少了一碗',
};

const accepted = {
  refund_id: '50000000382019052709732678859',
  out_refund_no: 'SHOP00A17@1',
  transaction_id: '4200000000202601010000000001',
  out_trade_no: 'SHOP00A17',
  channel: 'ORIGINAL',
  user_received_account: '支付用户零钱',
  create_time: '2026-01-02T10:34:56+08:00',
  status: 'PROCESSING',
  funds_account: 'AVAILABLE',
  amount: { total: 1990, refund: 990, payer_total: 1900, payer_refund: 900, settlement_refund: 990, currency: 'CNY' },
};

const unknown: FakeAnswer = { status: 404, body: { code: 'RESOURCE_NOT_EXISTS', message: '退款单不存在' } };
const steps = (...answers: FakeAnswer[]) => mch((_, count) => answers[count - 1] ?? { status: 500 });
const methods = ({ requests }: FakeMch): string[] => requests.map(({ method }) => method);

describe('a refund', () => {
  test('is asked for in fen, with the address its outcome is reported to', async () => {
    const server = await steps({ body: accepted });
    expect(await merchantOf(server.url).refund(request)).toEqual({
      mchid: '1900000109',
      out_trade_no: 'SHOP00A17',
      transaction_id: '4200000000202601010000000001',
      out_refund_no: 'SHOP00A17@1',
      refund_id: '50000000382019052709732678859',
      status: 'PROCESSING',
      channel: 'ORIGINAL',
      create_time: '2026-01-02T10:34:56+08:00',
      user_received_account: '支付用户零钱',
      amount: { refund: 990, total: 1990, payer_refund: 900, payer_total: 1900, currency: 'CNY' },
    });
    expect(server.requests[0]).toMatchObject({ url: '/v3/refund/domestic/refunds', signed: true });
    expect(JSON.parse(server.requests[0]!.body)).toEqual({
      out_trade_no: 'SHOP00A17',
      out_refund_no: 'SHOP00A17@1',
      reason: '少了一碗',
      notify_url: 'https://shop.example/wxpay/refunds',
      amount: { refund: 990, total: 1990, currency: 'CNY' },
    });
  });

  test('of a service provider names the shop, in the body and in queries', async () => {
    const server = await mch(() => ({ body: accepted }));
    const provider = merchantOf(server.url, { sub_mchid: '1900000200' });
    await provider.refund(request);
    await provider.queryRefund('SHOP00A17@1');
    expect(JSON.parse(server.requests[0]!.body)).toMatchObject({ sub_mchid: '1900000200' });
    expect(server.requests[1]!.url).toBe('/v3/refund/domestic/refunds/SHOP00A17%401?sub_mchid=1900000200');
  });

  test.each<Partial<RefundRequest> | object>([
    { out_refund_no: undefined },
    { out_refund_no: 'a b' },
    { out_refund_no: 'x'.repeat(65) },
    { out_trade_no: '' },
    { transaction_id: 42 },
    { amount: undefined },
    { amount: { refund: 0, total: 1990 } },
    { amount: { refund: 9.9, total: 1990 } },
    { amount: { refund: '990', total: 1990 } },
    { amount: { refund: 1991, total: 1990 } },
    { amount: { refund: 990, total: 1990, currency: 'yuan' } },
    { reason: 'x'.repeat(81) },
    { notify_url: 'https://shop.example/refunds?id=1' },
  ])('with %j never leaves', async (change) => {
    const server = await steps();
    await expect(merchantOf(server.url).refund({ ...request, ...change } as RefundRequest)).rejects.toMatchObject({
      code: 'ERR_WXPAY_REFUND_INVALID',
    });
    expect(server.requests).toHaveLength(0);
  });
});

describe('an unknown outcome', () => {
  const lost: [string, FakeAnswer][] = [
    ['no answer', { drop: true }],
    ['500 SYSTEM_ERROR', { status: 500, body: { code: 'SYSTEM_ERROR', message: '' } }],
    ['502 of a proxy', { status: 502, body: '<html>' }],
    ['an answer WeChat did not sign', { body: accepted, by: false }],
    ['an answer nobody understands', { body: { code: 0 } }],
  ];

  test.each(lost)('(%s) is asked for before anything is repeated', async (_, first) => {
    const server = await steps(first, { body: accepted });
    expect(await merchantOf(server.url).refund(request)).toMatchObject({ status: 'PROCESSING' });
    expect(methods(server)).toEqual(['POST', 'GET']);
  });

  test.each(lost)('(%s) of a refund that does not exist is repeated with the same number', async (_, first) => {
    const server = await steps(first, unknown, { body: accepted });
    await merchantOf(server.url).refund(request);
    expect(methods(server)).toEqual(['POST', 'GET', 'POST']);
    expect(server.requests[2]!.body).toBe(server.requests[0]!.body);
  });

  test('that stays unknown is the error of the first call', async () => {
    const server = await steps({ drop: true }, { status: 500, body: { code: 'SYSTEM_ERROR', message: '' } });
    await expect(merchantOf(server.url).refund(request)).rejects.toMatchObject({ name: 'TransportError' });
    expect(methods(server)).toEqual(['POST', 'GET']);
  });

  test('is none when no connection was made: nothing is asked or repeated', async () => {
    const calls: string[] = [];
    const notSent = new TransportError('the refund: no answer (ECONNREFUSED)', { notSent: true });
    const refunding = refundSafely(resolveRefund(request), {
      send: async () => {
        calls.push('send');
        throw notSent;
      },
      query: async () => {
        calls.push('query');
        throw notSent;
      },
    });
    await expect(refunding).rejects.toBe(notSent);
    expect(calls).toEqual(['send']);
  });

  test('of too many calls is asked for, and not repeated', async () => {
    const server = await steps({ status: 429, body: { code: 'FREQUENCY_LIMITED', message: '' } }, unknown);
    await expect(merchantOf(server.url).refund(request)).rejects.toMatchObject({ meaning: 'too_frequent' });
    expect(methods(server)).toEqual(['POST', 'GET']);
  });
});

describe('a refusal', () => {
  test('is an answer: nothing is asked or repeated', async () => {
    const server = await steps({
      status: 403,
      body: { code: 'NOT_ENOUGH', message: '基本账户余额不足，请充值后重新发起' },
    });
    await expect(merchantOf(server.url).refund(request)).rejects.toMatchObject({
      meaning: 'not_enough',
      status: 502,
      wechatStatus: 403,
    });
    expect(methods(server)).toEqual(['POST']);
  });

  test('because nobody paid the order says the order is not found', async () => {
    const server = await steps(unknown);
    await expect(merchantOf(server.url).refund(request)).rejects.toMatchObject({ meaning: 'order_not_found' });
  });

  test('of a number that stands for another refund is a mismatch, however WeChat words it', async () => {
    const other = { ...accepted, amount: { ...accepted.amount, refund: 500 } };
    for (const first of [
      { status: 400, body: { code: 'INVALID_REQUEST', message: '订单金额或退款金额与之前请求不一致' } },
      { drop: true },
    ]) {
      const server = await steps(first, { body: other });
      await expect(merchantOf(server.url).refund(request)).rejects.toMatchObject({ meaning: 'refund_mismatch' });
      expect(methods(server)).toEqual(['POST', 'GET']);
    }
    const direct = await steps({ status: 400, body: { code: 'REFUND_FEE_MISMATCH', message: '' } });
    await expect(merchantOf(direct.url).refund(request)).rejects.toMatchObject({ meaning: 'refund_mismatch' });
    const silent = await steps({ body: other });
    await expect(merchantOf(silent.url).refund(request)).rejects.toMatchObject({ meaning: 'refund_mismatch' });
  });

  test('of a query says the refund is not found', async () => {
    const server = await steps(unknown);
    await expect(merchantOf(server.url).queryRefund('SHOP00A17@1')).rejects.toMatchObject({
      meaning: 'refund_not_found',
    });
  });
});

test('an abnormal refund goes another way, its bank details sealed for the key the request names', async () => {
  const server = await steps({ body: accepted });
  await merchantOf(server.url).applyAbnormalRefund({
    refund_id: '50000000382019052709732678859',
    out_refund_no: 'SHOP00A17@1',
    type: 'USER_BANK_CARD',
    bank_type: 'ICBC_DEBIT',
    bank_account: '6225760000000000',
    real_name: '张三',
  });
  const [sent] = server.requests;
  expect(sent).toMatchObject({
    url: '/v3/refund/domestic/refunds/50000000382019052709732678859/apply-abnormal-refund',
    signed: true,
  });
  expect(sent!.headers['wechatpay-serial']).toBe(PLATFORM_ID);
  const { bank_account, real_name, ...plain } = JSON.parse(sent!.body);
  expect(plain).toEqual({ out_refund_no: 'SHOP00A17@1', type: 'USER_BANK_CARD', bank_type: 'ICBC_DEBIT' });
  expect(openOaep(platformKey, bank_account)).toBe('6225760000000000');
  expect(openOaep(platformKey, real_name)).toBe('张三');
});
