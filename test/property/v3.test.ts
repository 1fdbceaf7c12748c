import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openGcm } from '../../src/core/crypto/aead.js';
import { WxpayError } from '../../src/core/errors.js';
import { fen, yuan } from '../../src/core/money.js';
import { signAuthorization } from '../../src/core/v3/authorization.js';
import { sealGcm } from '../../src/simulator/crypto/seal.js';
import { readAuthorization } from '../../src/simulator/v3/authorization.js';
import {
  API_V3_KEY,
  merchantKey,
  merchantOf,
  NOW,
  PLATFORM_ID,
  platformKey,
  SERIAL_NO,
} from '../support/fake-mch-v3.js';
import { deliver, envelopeOf, signedHeaders } from '../support/notice-v3.js';

const wxpay = merchantOf('http://127.0.0.1:9');
const sender = { serial: PLATFORM_ID, key: platformKey, apiV3Key: API_V3_KEY };

/** A value or a WxpayError: nothing else may come out. */
const outcome = async (body: Buffer, headers: NodeJS.Dict<string[]>): Promise<'notice' | 'refused'> => {
  try {
    await wxpay.readNotification(body, headers);
    return 'notice';
  } catch (error) {
    if (!(error instanceof WxpayError)) throw error;
    return 'refused';
  }
};

const bytes = fc.uint8Array({ maxLength: 2000 }).map((array) => Buffer.from(array));
const distinct = (headers: Record<string, string>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));

describe('reading a notification', () => {
  const names = ['timestamp', 'nonce', 'signature', 'serial', 'signature-type'].map((name) => `wechatpay-${name}`);
  const anyHeaders = fc.dictionary(
    fc.constantFrom(...names),
    fc.array(fc.oneof(fc.string(), fc.constant(String(NOW / 1000)), fc.constant(PLATFORM_ID)), { maxLength: 2 }),
  );

  test('arbitrary bytes and headers are refused with a WxpayError', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, anyHeaders, async (body, headers) => {
        expect(await outcome(body, headers)).toBe('refused');
      }),
      { numRuns: 5_000 },
    );
  });

  test('arbitrary bytes under a good signature give a notice or a WxpayError', async () => {
    const json = fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text));
    await fc.assert(
      fc.asyncProperty(fc.oneof(bytes, json), async (body) => {
        expect(await outcome(body, distinct(signedHeaders(sender, body, NOW)))).toBe('refused');
      }),
      { numRuns: 500 },
    );
  });

  test('arbitrary values well sealed and well signed give a notice or a WxpayError', async () => {
    const resource = fc.record(
      {
        mchid: fc.oneof(fc.constant('1900000109'), fc.jsonValue()),
        appid: fc.oneof(fc.constant('wx0123456789abcdef'), fc.jsonValue()),
        out_trade_no: fc.oneof(fc.constant('SHOP00A17'), fc.jsonValue()),
        transaction_id: fc.oneof(fc.constant('4200000000202601010000000001'), fc.jsonValue()),
        trade_state: fc.oneof(fc.constant('SUCCESS'), fc.jsonValue()),
        amount: fc.oneof(fc.constant({ total: 1990, currency: 'CNY' }), fc.jsonValue()),
        payer: fc.jsonValue(),
        promotion_detail: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const event = fc.constantFrom('TRANSACTION.SUCCESS', 'REFUND.SUCCESS', '__proto__');
    await fc.assert(
      fc.asyncProperty(event, fc.oneof(resource, fc.jsonValue()), async (event_type, value) => {
        const { body, headers } = deliver(sender, envelopeOf(event_type, value ?? null, API_V3_KEY), NOW);
        expect(['notice', 'refused']).toContain(await outcome(body, headers));
      }),
      { numRuns: 500 },
    );
  });

  test('any edit of body, nonce or timestamp breaks it', async () => {
    const { body, headers } = deliver(sender, envelopeOf('COUPON.USE', {}, API_V3_KEY), NOW);
    const edited = fc
      .tuple(fc.nat(body.length), fc.nat(8), bytes)
      .map(([at, cut, put]) => Buffer.concat([body.subarray(0, at), put.subarray(0, 9), body.subarray(at + cut)]))
      .filter((other) => !other.equals(body));
    await fc.assert(
      fc.asyncProperty(edited, async (other) => {
        await expect(wxpay.readNotification(other, headers)).rejects.toMatchObject({ code: 'ERR_WXPAY_BAD_SIGNATURE' });
      }),
      { numRuns: 1_000 },
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -299, max: 299 }), fc.string({ minLength: 1 }), async (shift, nonce) => {
        fc.pre(shift !== 0);
        const moved = { ...headers, 'wechatpay-timestamp': [String(NOW / 1000 + shift)] };
        await expect(wxpay.readNotification(body, moved)).rejects.toMatchObject({ code: 'ERR_WXPAY_BAD_SIGNATURE' });
        expect(await outcome(body, { ...headers, 'wechatpay-nonce': [nonce] })).toBe('refused');
      }),
      { numRuns: 500 },
    );
  });
});

test('what is sealed is opened, and nothing else opens it', () => {
  const text = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.string({ minLength: 1, maxLength: 16 }),
      text,
      text,
      (raw, nonce, aad, plain) => {
        const key = Buffer.from(raw);
        const sealed = sealGcm(key, nonce, aad, plain);
        expect(openGcm(key, nonce, aad, sealed).equals(Buffer.from(plain))).toBe(true);
        expect(() => openGcm(key, nonce, `${aad}x`, sealed)).toThrow();
        expect(() => openGcm(key, nonce, aad, sealed.subarray(1))).toThrow();
      },
    ),
  );
});

test('an Authorization is read back as it was written, in any order', async () => {
  const word = fc.stringMatching(/^[0-9A-Za-z]{1,32}$/);
  await fc.assert(
    fc.asyncProperty(word, fc.string(), fc.infiniteStream(fc.nat()), async (nonce_str, body, order) => {
      const signer = { mchid: '1900000109', serial_no: SERIAL_NO, privateKey: merchantKey };
      const header = await signAuthorization(signer, {
        method: 'POST',
        path: '/v3/x',
        timestamp: String(NOW / 1000),
        nonce_str,
        body,
      });
      const [scheme, pairs] = [header.slice(0, 26), header.slice(26).split(',')];
      const read = readAuthorization(header);
      expect(read).toMatchObject({
        mchid: '1900000109',
        serial_no: SERIAL_NO,
        nonce_str,
        timestamp: String(NOW / 1000),
      });
      const shuffled = pairs
        .map((pair) => [order.next().value, pair] as const)
        .sort(([a], [b]) => a - b)
        .map(([, pair]) => pair);
      expect(readAuthorization(scheme + shuffled.join(','))).toEqual(read);
      expect(readAuthorization(scheme + pairs.slice(1).join(','))).toBeUndefined();
    }),
    { numRuns: 50 },
  );
});

test('yuan and fen are each other’s inverse', () => {
  fc.assert(fc.property(fc.maxSafeInteger(), (amount) => expect(fen(yuan(amount))).toBe(amount + 0)));
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        expect(Number.isSafeInteger(fen(text))).toBe(true);
      } catch (error) {
        expect(error instanceof TypeError || error instanceof RangeError).toBe(true);
      }
    }),
  );
});
