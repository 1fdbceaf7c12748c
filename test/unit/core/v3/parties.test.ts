import { describe, expect, test } from '@jest/globals';
import { sealGcm } from '../../../../src/simulator/crypto/seal.js';
import { API_V3_KEY, merchantOf, NOW, PLATFORM_ID, platformKey } from '../../../support/fake-mch-v3.js';
import { linked } from '../../../support/linked.js';
import { deliver, envelopeOf } from '../../../support/notice-v3.js';

const sender = { serial: PLATFORM_ID, key: platformKey, apiV3Key: API_V3_KEY };
const direct = merchantOf('http://127.0.0.1:9');
const provider = merchantOf('http://127.0.0.1:9', { sub_mchid: '1900000200', sub_appid: 'wxfedcba9876543210' });
const facts = {
  out_trade_no: 'SHOP00A17',
  transaction_id: '4200000000202601010000000001',
  trade_state: 'SUCCESS',
  amount: { total: 1990, currency: 'CNY' },
};
const payment = { ...facts, mchid: '1900000109', appid: 'wx0123456789abcdef' };
const partnerPayment = {
  ...facts,
  sp_mchid: '1900000109',
  sp_appid: 'wx0123456789abcdef',
  sub_mchid: '1900000200',
  sub_appid: 'wxfedcba9876543210',
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

async function outcome(resource: object, by = direct, event_type = 'TRANSACTION.SUCCESS'): Promise<string> {
  const { body, headers } = deliver(sender, envelopeOf(event_type, resource, API_V3_KEY), NOW);
  return by.readNotification(body, headers).then(
    (content) => ('notice' in content ? content.notice.type : 'ignored'),
    ({ status, code, message }) => `${status} ${code} ${message}`,
  );
}

describe('a notification to a direct merchant', () => {
  test.each([
    [{ mchid: '1900000110' }, '"mchid" is 1900000110, and this merchant\'s is 1900000109'],
    [{ mchid: undefined }, '"mchid" is missing, and this merchant\'s is 1900000109'],
    [{ appid: 'wxffffffffffffffff' }, '"appid" is wxffffffffffffffff, and this merchant\'s is wx0123456789abcdef'],
    [{ sp_mchid: '1900000300' }, '"sp_mchid" is 1900000300, and this merchant\'s is none'],
    [{ sub_mchid: '1900000300' }, '"sub_mchid" is 1900000300, and this merchant\'s is none'],
    [{ sp_appid: 'wxffffffffffffffff' }, '"sp_appid" is wxffffffffffffffff, and this merchant\'s is none'],
    [{ sub_appid: 'wxffffffffffffffff' }, '"sub_appid" is wxffffffffffffffff, and this merchant\'s is none'],
    [{ sp_mchid: '1900000109' }, '"sp_mchid" is 1900000109, and this merchant\'s is none'],
  ])('with %j is refused with both numbers', async (changes, message) => {
    expect(await outcome({ ...payment, ...changes })).toEqual(linked(`400 ERR_WXPAY_WRONG_MERCHANT ${message}`));
  });

  test.each([{}, { sp_mchid: '' }, { sub_mchid: null }])('with %j is its own', async (changes) => {
    expect(await outcome({ ...payment, ...changes })).toBe('payment.success');
  });
});

describe('a notification to a service provider', () => {
  test.each([{}, { sub_appid: undefined }, { sub_appid: '' }, { sub_appid: null }])(
    'with %j is its own',
    async (changes) => {
      expect(await outcome({ ...partnerPayment, ...changes }, provider)).toBe('payment.success');
    },
  );

  test.each([
    { sub_mchid: '1900000201' },
    { sub_mchid: '' },
    { sp_mchid: '1900000110' },
    { sub_appid: 'wx1' },
    { sp_appid: '' },
  ])('with %j is refused', async (changes) => {
    expect(await outcome({ ...partnerPayment, ...changes }, provider)).toMatch(/^400 ERR_WXPAY_WRONG_MERCHANT/);
  });

  test('of a direct merchant is refused', async () => {
    expect(await outcome(payment, provider)).toMatch(/^400 ERR_WXPAY_WRONG_MERCHANT "sp_mchid" is missing/);
  });
});

describe('a refund notification', () => {
  test('of the whole amount is a refund', async () => {
    expect(await outcome(refund, direct, 'REFUND.SUCCESS')).toBe('refund.success');
  });

  test('without any mchid is refused', async () => {
    const { mchid: _, ...nobody } = refund;
    expect(await outcome(nobody, direct, 'REFUND.SUCCESS')).toMatch(/^400 ERR_WXPAY_WRONG_MERCHANT "mchid" is missing/);
    expect(await outcome(nobody, provider, 'REFUND.SUCCESS')).toMatch(
      /^400 ERR_WXPAY_WRONG_MERCHANT "sp_mchid" is missing/,
    );
  });

  test('of a fen more than was paid is refused', async () => {
    const more = { ...refund, amount: { total: 1990, refund: 1991 } };
    expect(await outcome(more, direct, 'REFUND.SUCCESS')).toMatch(/^400 ERR_WXPAY_BAD_FACTS/);
  });
});

test('a resource without associated data was sealed with none', async () => {
  const nonce = 'n0nce1234567';
  const seal = (aad: string) =>
    sealGcm(Buffer.from(API_V3_KEY), nonce, aad, JSON.stringify(payment)).toString('base64');
  const notice = (ciphertext: string, more: object = {}) =>
    deliver(
      sender,
      {
        id: 'EV-1',
        event_type: 'TRANSACTION.SUCCESS',
        resource: { algorithm: 'AEAD_AES_256_GCM', nonce, ciphertext, ...more },
      },
      NOW,
    );
  const read = ({ body, headers }: ReturnType<typeof notice>) => direct.readNotification(body, headers);
  await expect(read(notice(seal('')))).resolves.toMatchObject({ notice: { type: 'payment.success' } });
  await expect(read(notice(seal(''), { associated_data: '' }))).resolves.toMatchObject({
    notice: { type: 'payment.success' },
  });
  await expect(read(notice(seal('transaction')))).rejects.toMatchObject({ code: 'ERR_WXPAY_DECRYPT_FAILED' });
});
