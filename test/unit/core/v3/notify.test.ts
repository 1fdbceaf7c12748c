import { describe, expect, test } from '@jest/globals';
import { VerificationError } from '../../../../src/core/errors.js';
import { API_V3_KEY, merchantOf, NOW, PLATFORM_ID, platformKey } from '../../../support/fake-mch-v3.js';
import { type Delivery, deliver, envelopeOf, rsaKey } from '../../../support/notice-v3.js';

const sender = { serial: PLATFORM_ID, key: platformKey, apiV3Key: API_V3_KEY };
const wxpay = merchantOf('http://127.0.0.1:9');

const payment = {
  mchid: '1900000109',
  appid: 'wx0123456789abcdef',
  out_trade_no: 'SHOP00A17',
  transaction_id: '4200000000202601010000000001',
  trade_type: 'JSAPI',
  trade_state: 'SUCCESS',
  trade_state_desc: '支付成功',
  bank_type: 'OTHERS',
  attach: '',
  success_time: '2026-01-01T10:34:56+08:00',
  payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
  amount: { total: 1990, payer_total: 1900, currency: 'CNY', payer_currency: 'CNY' },
  promotion_detail: [{ coupon_id: '109519', amount: 90, type: 'NOCASH', scope: 'GLOBAL', wechatpay_contribute: 90 }],
};

const refund = {
  mchid: '1900000109',
  out_trade_no: 'SHOP00A17',
  transaction_id: '4200000000202601010000000001',
  out_refund_no: 'SHOP00A17@1',
  refund_id: '50000000382019052709732678859',
  refund_status: 'SUCCESS',
  success_time: '2026-01-02T10:34:56+08:00',
  user_received_account: '支付用户零钱',
  amount: { total: 1990, refund: 990, payer_total: 1900, payer_refund: 900 },
};

const notice = (event_type: string, resource: unknown): Delivery =>
  deliver(sender, envelopeOf(event_type, resource, API_V3_KEY), NOW);

const read = ({ body, headers }: Delivery, by = wxpay) => by.readNotification(body, headers);
const codeOf = (delivery: Delivery, by = wxpay): Promise<unknown> =>
  read(delivery, by).then(
    (content) => ('notice' in content ? 'believed' : 'ignored'),
    (error: VerificationError) => `${error.status} ${error.code}`,
  );

describe('a genuine notification', () => {
  test('of a payment names total, payer and coupons', async () => {
    expect(await read(notice('TRANSACTION.SUCCESS', payment))).toMatchObject({
      notice: { type: 'payment.success', payment },
    });
  });

  test.each([
    ['SUCCESS', 'refund.success'],
    ['ABNORMAL', 'refund.abnormal'],
    ['CLOSED', 'refund.closed'],
  ])('of a refund that is %s is signed, and in fen of CNY', async (refund_status, type) => {
    const { refund_status: _, ...rest } = refund;
    expect(await read(notice(`REFUND.${refund_status}`, { ...refund, refund_status }))).toMatchObject({
      notice: {
        type,
        authenticity: 'signed',
        refund: { ...rest, status: refund_status, amount: { ...refund.amount, currency: 'CNY' } },
      },
    });
  });

  test('may lack associated data and the signature type', async () => {
    const envelope = envelopeOf('TRANSACTION.SUCCESS', payment, API_V3_KEY);
    const { body, headers } = deliver(sender, envelope, NOW);
    headers['wechatpay-signature-type'] = ['WECHATPAY2-SHA256-RSA2048'];
    expect(await read({ body, headers })).toMatchObject({ notice: { type: 'payment.success' } });
  });

  test('opens with any of the configured keys while the key is being changed', async () => {
    const rotating = merchantOf('http://127.0.0.1:9', {}, { apiV3Key: ['f'.repeat(32), API_V3_KEY] });
    expect(await read(notice('TRANSACTION.SUCCESS', payment), rotating)).toMatchObject({
      notice: { type: 'payment.success' },
    });
    const after = merchantOf('http://127.0.0.1:9', {}, { apiV3Key: 'f'.repeat(32) });
    expect(await codeOf(notice('TRANSACTION.SUCCESS', payment), after)).toBe('400 ERR_WXPAY_DECRYPT_FAILED');
  });
});

describe('signature headers', () => {
  const names = ['wechatpay-timestamp', 'wechatpay-nonce', 'wechatpay-signature', 'wechatpay-serial'];

  test.each(names)('%s must be there once, with a value', async (name) => {
    const { body, headers } = notice('TRANSACTION.SUCCESS', payment);
    const value = headers[name]![0]!;
    for (const values of [undefined, [], [''], [value, value]]) {
      expect(await codeOf({ body, headers: { ...headers, [name]: values as string[] } })).toBe(
        '400 ERR_WXPAY_BAD_REQUEST',
      );
    }
  });

  test.each(['1767234897.0', '01767234897', ' 1767234897', '1767234897000', '1e9', 'NaN', '-1767234897', '0x69560000'])(
    'a timestamp %p is refused before any key is looked for',
    async (timestamp) => {
      const { body, headers } = notice('TRANSACTION.SUCCESS', payment);
      const changed = { ...headers, 'wechatpay-timestamp': [timestamp], 'wechatpay-serial': ['UNKNOWN_SERIAL'] };
      expect(await codeOf({ body, headers: changed })).toBe('401 ERR_WXPAY_STALE');
    },
  );

  test.each(['../../etc/passwd', '__proto__', 'constructor', 'short', 'x'.repeat(65), 'PUB_KEY_ID_0119000002'])(
    'the serial %p has no key',
    async (serial) => {
      const { body, headers } = notice('TRANSACTION.SUCCESS', payment);
      expect(await codeOf({ body, headers: { ...headers, 'wechatpay-serial': [serial] } })).toBe(
        '401 ERR_WXPAY_UNKNOWN_SERIAL',
      );
    },
  );

  test('a probe of our verification is refused like any wrong signature', async () => {
    const { body, headers } = notice('TRANSACTION.SUCCESS', payment);
    const probe = [`WECHATPAY/SIGNTEST/${headers['wechatpay-signature']![0]!.slice(19)}`];
    expect(await codeOf({ body, headers: { ...headers, 'wechatpay-signature': probe } })).toBe(
      '401 ERR_WXPAY_SIGN_PROBE',
    );
  });

  test('another key, another body and another type of signature are refused', async () => {
    const forged = deliver({ ...sender, key: rsaKey() }, envelopeOf('TRANSACTION.SUCCESS', payment, API_V3_KEY), NOW);
    expect(await codeOf(forged)).toBe('401 ERR_WXPAY_BAD_SIGNATURE');
    const { body, headers } = notice('TRANSACTION.SUCCESS', payment);
    expect(await codeOf({ body: Buffer.concat([body, Buffer.from('\n')]), headers })).toBe(
      '401 ERR_WXPAY_BAD_SIGNATURE',
    );
    const typed = { ...headers, 'wechatpay-signature-type': ['WECHATPAY2-SM2-WITH-SM3'] };
    expect(await codeOf({ body, headers: typed })).toBe('401 ERR_WXPAY_BAD_SIGNATURE');
  });
});

describe('a signed envelope', () => {
  const envelope = (change: object, outside: object = {}): Delivery => {
    const whole = envelopeOf('TRANSACTION.SUCCESS', payment, API_V3_KEY) as { resource: object };
    return deliver(sender, { ...whole, resource: { ...whole.resource, ...change }, ...outside }, NOW);
  };

  test.each<[string, Delivery]>([
    ['that is no JSON', deliver(sender, Buffer.from('{'), NOW)],
    ['that is no UTF-8', deliver(sender, Buffer.from([0x7b, 0xff, 0x7d]), NOW)],
    ['that begins with a byte order mark', deliver(sender, Buffer.from('\ufeff{}'), NOW)],
    ['that is an array', deliver(sender, [], NOW)],
    ['without a resource', envelope({}, { resource: undefined })],
    ['of another algorithm', envelope({ algorithm: 'AEAD_AES_128_GCM' })],
    ['with a numeric nonce', envelope({ nonce: 123456789012 })],
    ['with an empty nonce', envelope({ nonce: '' })],
    ['with a nonce of 33 bytes', envelope({ nonce: 'n'.repeat(33) })],
    ['with a ciphertext of a tag only', envelope({ ciphertext: `${'A'.repeat(22)}==` })],
    ['with a ciphertext that is no base64', envelope({ ciphertext: '*'.repeat(64) })],
  ])('%s is a bad envelope', async (_, delivery) => {
    expect(await codeOf(delivery)).toBe('400 ERR_WXPAY_BAD_ENVELOPE');
  });

  test('whose associated data or ciphertext were sealed otherwise does not open', async () => {
    expect(await codeOf(envelope({ associated_data: 'refund' }))).toBe('400 ERR_WXPAY_DECRYPT_FAILED');
    expect(await codeOf(envelope({ nonce: 'n'.repeat(13) }))).toBe('400 ERR_WXPAY_DECRYPT_FAILED');
  });

  test('that holds something else than an object is a bad envelope', async () => {
    expect(await codeOf(notice('TRANSACTION.SUCCESS', '[]'))).toBe('400 ERR_WXPAY_BAD_ENVELOPE');
  });
});

describe('whose it is', () => {
  test.each([
    ['mchid', '1900000110'],
    ['appid', 'wxfedcba9876543210'],
    ['mchid', undefined],
    ['appid', undefined],
  ])("another merchant's genuine notification (%s %p) is refused", async (name, value) => {
    expect(await codeOf(notice('TRANSACTION.SUCCESS', { ...payment, [name]: value }))).toBe(
      '400 ERR_WXPAY_WRONG_MERCHANT',
    );
  });

  test("another merchant's refund is refused", async () => {
    expect(await codeOf(notice('REFUND.SUCCESS', { ...refund, mchid: '1900000110' }))).toBe(
      '400 ERR_WXPAY_WRONG_MERCHANT',
    );
  });

  const provider = merchantOf('http://127.0.0.1:9', { sub_mchid: '1900000200', sub_appid: 'wxsub56789abcdef' });
  const { mchid: sp_mchid, appid: sp_appid, ...rest } = payment;
  const served = {
    ...rest,
    sp_mchid,
    sp_appid,
    sub_mchid: '1900000200',
    sub_appid: 'wxsub56789abcdef',
    payer: { sp_openid: 'oSp', sub_openid: 'oSub' },
  };

  test("a service provider's notification names both merchants", async () => {
    expect(await read(notice('TRANSACTION.SUCCESS', served), provider)).toMatchObject({
      notice: {
        payment: {
          appid: 'wx0123456789abcdef',
          mchid: '1900000109',
          sub_appid: 'wxsub56789abcdef',
          sub_mchid: '1900000200',
          payer: { openid: 'oSp', sub_openid: 'oSub' },
        },
      },
    });
    expect(await codeOf(notice('TRANSACTION.SUCCESS', { ...served, sub_appid: undefined }), provider)).toBe('believed');
  });

  test.each([
    { sub_mchid: '1900000201' },
    { sub_mchid: undefined },
    { sub_appid: 'wxother' },
    { sp_appid: 'wxother' },
    { sp_mchid: '1' },
  ])('a shop of the same provider does not take what is for another (%p)', async (change) => {
    expect(await codeOf(notice('TRANSACTION.SUCCESS', { ...served, ...change }), provider)).toBe(
      '400 ERR_WXPAY_WRONG_MERCHANT',
    );
  });

  test("a provider's notification is not a direct merchant's, nor the reverse", async () => {
    expect(await codeOf(notice('TRANSACTION.SUCCESS', served))).toBe('400 ERR_WXPAY_WRONG_MERCHANT');
    expect(await codeOf(notice('TRANSACTION.SUCCESS', payment), provider)).toBe('400 ERR_WXPAY_WRONG_MERCHANT');
  });

  test("a provider's refund names both numbers, and no appid", async () => {
    const { mchid: _, ...facts } = refund;
    const own = { ...facts, sp_mchid, sub_mchid: '1900000200' };
    expect(await codeOf(notice('REFUND.SUCCESS', own), provider)).toBe('believed');
    expect(await codeOf(notice('REFUND.SUCCESS', { ...own, sub_mchid: '1900000201' }), provider)).toBe(
      '400 ERR_WXPAY_WRONG_MERCHANT',
    );
  });
});

describe('what it reports', () => {
  const id = 'EV-2018022511223320873';

  test.each<[string, object]>([
    ['TRANSACTION.SUCCESS', { ...payment, trade_state: 'NOTPAY' }],
    ['TRANSACTION.SUCCESS', { ...payment, trade_state: 'REFUND' }],
    ['TRANSACTION.SUCCESS', { ...payment, refund_id: '50000000382019052709732678859' }],
    ['REFUND.SUCCESS', { ...refund, refund_status: 'ABNORMAL' }],
  ])('%s is genuine, and says something else than a payment or refund: %j', async (event_type, resource) => {
    const original_type = event_type.startsWith('REFUND') ? 'refund' : 'transaction';
    expect(await read(notice(event_type, resource))).toEqual({
      ignored: { id, event_type, original_type, resource, raw: expect.objectContaining({ event_type, resource }) },
    });
  });

  test.each<[string, object]>([
    ['TRANSACTION.FAIL', payment],
    ['TRANSACTION.success', payment],
    ['REFUND.PROCESSING', { ...refund, refund_status: 'PROCESSING' }],
    ['PAYSCORE.USER_OPEN_SERVICE', { mchid: '1900000109', appid: 'wx0123456789abcdef', out_request_no: '1' }],
    ['COUPON.USE', { stock_creator_mchid: '1900000109', coupon_id: '1' }],
    ['COMPLAINT.CREATE', { complaint_id: '200201820200101080076610000', action_type: 'CREATE_COMPLAINT' }],
    ['constructor', { toString: 1 }],
  ])('%s is genuine, and of another kind: %j', async (event_type, resource) => {
    const original_type = event_type.startsWith('REFUND') ? 'refund' : 'transaction';
    expect(await read(notice(event_type, resource))).toEqual({
      other: {
        type: 'other',
        ...{ id, event_type, original_type, resource },
        raw: expect.objectContaining({ event_type, resource }),
      },
    });
  });

  test('another kind that names another merchant is not ours', async () => {
    expect(await codeOf(notice('PAYSCORE.USER_OPEN_SERVICE', { mchid: '1900000110' }))).toBe(
      '400 ERR_WXPAY_WRONG_MERCHANT',
    );
  });

  test.each<object>([
    { out_trade_no: 'SHOP 00A17' },
    { out_trade_no: 'x'.repeat(33) },
    { out_trade_no: 17 },
    { transaction_id: undefined },
    { transaction_id: '42' },
    { transaction_id: '420000000020260101000000000-' },
    { amount: undefined },
    { amount: { total: 0, currency: 'CNY' } },
    { amount: { total: -1990, currency: 'CNY' } },
    { amount: { total: 19.9, currency: 'CNY' } },
    { amount: { total: '1990', currency: 'CNY' } },
    { amount: { total: 2 ** 53, currency: 'CNY' } },
    { amount: { total: 1990, currency: 'cny' } },
    { amount: { total: 1990, currency: '' } },
  ])('a payment with %j has bad facts', async (change) => {
    expect(await codeOf(notice('TRANSACTION.SUCCESS', { ...payment, ...change }))).toBe('400 ERR_WXPAY_BAD_FACTS');
  });

  test.each<object>([
    { attach: null },
    { payer: null },
    { payer: { openid: null } },
    { bank_type: 17 },
    { success_time: null },
    { promotion_detail: null },
    { promotion_detail: [{ coupon_id: '1' }] },
    { amount: { total: 1990, currency: 'CNY', payer_total: null, payer_currency: '' } },
  ])('a payment with %j is paid all the same: that decides nothing', async (change) => {
    expect(await codeOf(notice('TRANSACTION.SUCCESS', { ...payment, ...change }))).toBe('believed');
  });

  test('a refund whose account or time is not told is one all the same', async () => {
    const untold = { success_time: null, user_received_account: null };
    expect(await codeOf(notice('REFUND.SUCCESS', { ...refund, ...untold }))).toBe('believed');
  });

  test.each<object>([
    { amount: { total: 990, refund: 1990 } },
    { amount: { total: 1990, refund: 0 } },
    { amount: { total: 1990 } },
    { out_refund_no: 'x'.repeat(65) },
    { refund_id: undefined },
    { out_trade_no: '' },
  ])('a refund with %j has bad facts', async (change) => {
    expect(await codeOf(notice('REFUND.SUCCESS', { ...refund, ...change }))).toBe('400 ERR_WXPAY_BAD_FACTS');
  });

  test('no refusal repeats what was refused', async () => {
    const secret = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o';
    for (const change of [{ out_trade_no: secret.repeat(2) }, { mchid: secret }, { amount: { total: secret } }]) {
      const error = await read(notice('TRANSACTION.SUCCESS', { ...payment, ...change })).catch(
        (error: unknown) => error,
      );
      expect(error).toBeInstanceOf(VerificationError);
      expect((error as Error).message).not.toContain(secret);
    }
  });
});
