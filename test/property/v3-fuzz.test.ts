import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { WxpayError } from '../../src/core/errors.js';
import { API_V3_KEY, merchantOf, NOW, PLATFORM_ID, platformKey, SERIAL_NO } from '../support/fake-mch-v3.js';
import { type Delivery, deliver, envelopeOf, rsaKey } from '../support/notice-v3.js';

const SECONDS = NOW / 1000;

const wxpay = merchantOf('http://127.0.0.1:9');
const sender = { serial: PLATFORM_ID, key: platformKey, apiV3Key: API_V3_KEY };
const RUNS = { bytes: 20_000, bodies: 50_000, headers: 30_000, mixed: 10_000, strangers: 3_000 };

const transaction = {
  appid: 'wx0123456789abcdef',
  mchid: '1900000109',
  out_trade_no: 'SHOP00A17',
  transaction_id: '4200000000202601010000000001',
  trade_type: 'JSAPI',
  trade_state: 'SUCCESS',
  trade_state_desc: '支付成功',
  bank_type: 'OTHERS',
  success_time: '2026-01-01T10:34:56+08:00',
  payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
  amount: { total: 1990, payer_total: 1990, currency: 'CNY', payer_currency: 'CNY' },
};
const noticeFor = (changes: object = {}, apiV3Key = API_V3_KEY, from = sender): Delivery =>
  deliver(from, envelopeOf('TRANSACTION.SUCCESS', { ...transaction, ...changes }, apiV3Key), NOW);

const genuine = Array.from({ length: 8 }, (_, n) =>
  noticeFor({ out_trade_no: `SHOP00A1${n}`, amount: { ...transaction.amount, total: 1990 + n } }),
);

let tried = 0;
const refusals = new Map<string, number>();

/** Nothing but a refusal by name, or an event that is ignored: not a notice, not a `TypeError`. */
async function refused({ body, headers }: Delivery): Promise<void> {
  tried++;
  try {
    const content = await wxpay.readNotification(body, headers);
    if ('ignored' in content) {
      refusals.set('ignored', (refusals.get('ignored') ?? 0) + 1);
      return;
    }
  } catch (error) {
    if (!(error instanceof WxpayError)) throw error;
    refusals.set(error.code, (refusals.get(error.code) ?? 0) + 1);
    return;
  }
  throw new Error(`accepted: ${JSON.stringify(headers)} ${body.toString('base64')}`);
}

const forged = (deliveries: fc.Arbitrary<Delivery>, numRuns: number): Promise<void> =>
  fc.assert(fc.asyncProperty(deliveries, refused), { numRuns });

const anyGenuine = fc.constantFrom(...genuine);
const bytes = fc.uint8Array({ maxLength: 600 }).map((array) => Buffer.from(array));
const NAMES = ['timestamp', 'nonce', 'signature', 'serial'].map((name) => `wechatpay-${name}`);

test('a genuine one is a payment', async () => {
  for (const { body, headers } of genuine) {
    expect(await wxpay.readNotification(body, headers)).toMatchObject({ notice: { type: 'payment.success' } });
  }
});

test('arbitrary bytes under plausible headers are refused', async () => {
  const signature = fc
    .oneof(fc.uint8Array({ minLength: 256, maxLength: 256 }), fc.uint8Array({ maxLength: 300 }))
    .map((array) => Buffer.from(array).toString('base64'));
  const headers = fc.record({
    'wechatpay-timestamp': fc.tuple(fc.integer({ min: SECONDS - 299, max: SECONDS + 299 }).map(String)),
    'wechatpay-nonce': fc.tuple(fc.stringMatching(/^[0-9a-f]{32}$/)),
    'wechatpay-serial': fc.tuple(fc.constantFrom(PLATFORM_ID, SERIAL_NO, 'PUB_KEY_ID_0119000002')),
    'wechatpay-signature': fc.tuple(
      fc.oneof(
        signature,
        signature.map((text) => `WECHATPAY/SIGNTEST/${text}`),
      ),
    ),
  });
  const body = fc.oneof(
    bytes,
    fc.json({ maxDepth: 3 }).map((text) => Buffer.from(text)),
  );
  await forged(fc.record({ body, headers }), RUNS.bytes);
});

test('a genuine body that was cut, spliced, doubled or of which one bit was turned is refused', async () => {
  type Edit = (body: Buffer) => Buffer;
  const at = fc.nat(1_023);
  const turned = fc.tuple(at, fc.nat(7)).map(([where, bit]): Edit => {
    return (body) => {
      const other = Buffer.from(body);
      const byte = where % body.length;
      other[byte] = other[byte]! ^ (1 << bit);
      return other;
    };
  });
  const spliced = fc.tuple(at, fc.nat(40), fc.uint8Array({ maxLength: 40 })).map(([where, cut, put]): Edit => {
    return (body) => {
      const from = where % body.length;
      return Buffer.concat([body.subarray(0, from), put, body.subarray(from + cut)]);
    };
  });
  const ended = at.map(
    (where): Edit =>
      (body) =>
        body.subarray(0, where % body.length),
  );
  const wrapped = fc.constantFrom<Edit>(
    (body) => Buffer.concat([Buffer.from('\ufeff'), body]),
    (body) => Buffer.concat([body, Buffer.from('\n')]),
    (body) => Buffer.concat([body, body]),
    (body) => Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 1)),
    (body) => Buffer.from(body.toString().replace('"id"', '"id":"EV-1","id"')),
    (body) => Buffer.from(body.toString().replace('TRANSACTION.SUCCESS', 'REFUND.SUCCESS')),
  );
  const edited = fc
    .tuple(anyGenuine, fc.oneof({ arbitrary: turned, weight: 5 }, { arbitrary: spliced, weight: 5 }, ended, wrapped))
    .map(([{ body, headers }, edit]) => ({ original: body, body: edit(body), headers }))
    .filter(({ original, body }) => !body.equals(original));
  await forged(edited, RUNS.bodies);
});

test('a genuine body under altered headers is refused', async () => {
  const odd = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.constantFrom(
      '',
      '0',
      '-1',
      'NaN',
      '1e9',
      `${SECONDS} `,
      `0${SECONDS}`,
      `+${SECONDS}`,
      String(SECONDS + 1),
      '__proto__',
    ),
    fc.constantFrom(PLATFORM_ID.toLowerCase(), `${PLATFORM_ID} `, SERIAL_NO, 'constructor', '../../etc/passwd'),
  );
  type Change = (values: string[]) => string[] | undefined;
  const change = fc.oneof(
    odd.map(
      (value): Change =>
        () => [value],
    ),
    fc.tuple(fc.nat(400), fc.string({ minLength: 0, maxLength: 2 })).map(([where, put]): Change => {
      return ([value = '']) => [value.slice(0, where % value.length) + put + value.slice((where % value.length) + 1)];
    }),
    odd.map(
      (value): Change =>
        (values) => [...values, value],
    ),
    odd.map(
      (value): Change =>
        ([first = '']) => [`${first}, ${value}`],
    ),
    fc.constant<Change>(([first = '']) => [first, first]),
    fc.constant<Change>(([first = '']) => [first.replace(/=+$/, '')]),
    fc.constant<Change>(([first = '']) => [first.replaceAll('+', '-').replaceAll('/', '_')]),
    fc.constant<Change>(() => []),
    fc.constant<Change>(() => undefined),
  );
  const altered = fc
    .tuple(anyGenuine, fc.constantFrom(...NAMES), change)
    .map(([{ body, headers }, name, edit]) => ({
      body,
      before: headers[name]!,
      after: edit(headers[name]!),
      name,
      headers,
    }))
    .filter(({ before, after }) => JSON.stringify(after) !== JSON.stringify(before))
    .map(({ body, headers, name, after }) => {
      const { [name]: _, ...rest } = headers;
      return { body, headers: after === undefined ? rest : { ...rest, [name]: after } };
    });
  await forged(altered, RUNS.headers);
});

test('a signature taken from another genuine notification is refused', async () => {
  const pair = fc
    .tuple(anyGenuine, anyGenuine, fc.subarray(NAMES, { minLength: 1 }))
    .filter(
      ([one, other, names]) => one !== other && names.some((name) => one.headers[name]![0] !== other.headers[name]![0]),
    )
    .map(([one, other, names]) => ({
      body: one.body,
      headers: { ...one.headers, ...Object.fromEntries(names.map((name) => [name, other.headers[name]!])) },
    }));
  await forged(pair, RUNS.mixed);
});

test('what a stranger signed, or sealed for another merchant, is refused', async () => {
  const stranger = rsaKey();
  const otherKey = 'fedcba9876543210fedcba9876543210';
  const strangers = Array.from({ length: 60 }, (_, n) => {
    const total = { amount: { ...transaction.amount, total: n + 1 } };
    return [
      noticeFor(total, API_V3_KEY, { ...sender, key: stranger }),
      noticeFor(total, otherKey),
      noticeFor({ ...total, mchid: `19000001${10 + n}` }),
      noticeFor({ ...total, appid: `wx0123456789abcd${10 + n}` }),
      noticeFor({ ...total, trade_state: 'NOTPAY' }),
    ];
  }).flat();
  await forged(fc.constantFrom(...strangers), RUNS.strangers);
});

test('100,000 and more were tried, and each check has refused some of them', () => {
  expect(tried).toBeGreaterThanOrEqual(100_000);
  expect([...refusals.keys()].sort()).toEqual(
    expect.arrayContaining([
      'ERR_WXPAY_BAD_REQUEST',
      'ERR_WXPAY_BAD_SIGNATURE',
      'ERR_WXPAY_DECRYPT_FAILED',
      'ignored',
      'ERR_WXPAY_SIGN_PROBE',
      'ERR_WXPAY_STALE',
      'ERR_WXPAY_UNKNOWN_SERIAL',
      'ERR_WXPAY_WRONG_MERCHANT',
    ]),
  );
});
