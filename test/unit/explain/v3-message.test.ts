import { describe, expect, test } from '@jest/globals';
import type { Known, Recorded } from '../../../src/explain/types.js';
import { explainMessageV3 } from '../../../src/explain/v3/message.js';
import { sealGcm } from '../../../src/simulator/crypto/seal.js';
import { describeVectors, vectorPublicKey } from '../../support/vectors.js';
import { signed, testKey } from './keys.js';

const SERIAL = 'PUB_KEY_ID_0119000001092024010100000000';
const API_V3_KEY = '0123456789abcdef0123456789abcdef';
const NOW = 1722850430_000;
const platform = testKey({ label: 'WeChat Pay', serial: SERIAL });
const own = testKey({ label: 'merchant 1900000109', owner: 'merchant', mchid: '1900000109', serial: '5'.repeat(40) });
const keys = [platform.named];

const envelope = (associated_data?: string, sealedWith = associated_data ?? ''): string => {
  const nonce = 'Kj7QIyUiYx1q';
  const ciphertext = sealGcm(Buffer.from(API_V3_KEY), nonce, sealedWith, '{"out_trade_no":"A1"}').toString('base64');
  return JSON.stringify({ id: '1', resource: { algorithm: 'AEAD_AES_256_GCM', ciphertext, nonce, associated_data } });
};
const BODY = envelope('transaction');

const headersOf = (signature: string, serial = SERIAL, timestamp = '1722850421') => ({
  'wechatpay-timestamp': [timestamp],
  'wechatpay-nonce': ['n0nce'],
  'wechatpay-signature': [signature],
  'wechatpay-serial': [serial],
});

const sent = (text: string, body = BODY, key = platform): Recorded => ({
  method: 'POST',
  target: '/notify',
  headers: headersOf(signed(key, text)),
  body: Buffer.from(body),
});
const lines = (body: string): string => `1722850421\nn0nce\n${body}\n`;

const explain = (message: Recorded, known: Known = {}) => explainMessageV3(message, { keys, now: NOW, ...known });
const codes = ({ causes }: { causes: { code: string }[] }): string[] => causes.map(({ code }) => code);

test('a correct notification is genuine, and its content is opened', () => {
  const apiV3Keys = [{ label: 'APIv3 key', secret: API_V3_KEY }];
  expect(explain(sent(lines(BODY)), { apiV3Keys })).toEqual({
    subject: 'v3 notification',
    verdict: 'genuine',
    expected: lines(BODY),
    causes: [],
    notes: [],
    content: '{"out_trade_no":"A1"}',
  });
});

test('an answer without a body is signed over an empty line', () => {
  const answer = { status: 204, headers: headersOf(signed(platform, '1722850421\nn0nce\n\n')), body: Buffer.alloc(0) };
  expect(explain(answer)).toMatchObject({ subject: 'v3 answer', verdict: 'genuine' });
});

test('an error of WeChat Pay is not signed', () => {
  const answer = { status: 404, headers: {}, body: Buffer.from('{"code":"ORDER_NOT_EXIST"}') };
  expect(explain(answer)).toMatchObject({
    verdict: 'unchecked',
    causes: [],
    notes: [{ en: expect.stringMatching('errors') }],
  });
});

test('a body that was parsed and printed again is named', () => {
  const original = '{"a": 1, "b": "/"}';
  const received = JSON.stringify(JSON.parse(original));
  expect(codes(explain(sent(lines(original), received)))).toEqual(['body-reserialised']);
});

test('a body that was altered is another text under the right key', () => {
  expect(codes(explain(sent(lines(BODY), BODY.replace('"1"', '"2"'))))).toEqual(['other-text']);
});

describe('keys', () => {
  test('the merchant’s own key does not verify what WeChat Pay signed', () => {
    expect(codes(explain(sent(lines(BODY)), { keys: [own.named] }))).toEqual(['own-key']);
  });
  test('a serial of which there is no key is named', () => {
    const message = {
      ...sent(lines(BODY)),
      headers: headersOf(signed(testKey({ label: '' }), lines(BODY)), '7'.repeat(40)),
    };
    expect(explain(message).causes[0]?.what.en).toBe(`there is no key for the serial ${'7'.repeat(40)}`);
  });
  test('a wrong key under the right serial is told apart', () => {
    expect(codes(explain(sent(lines(BODY), BODY, own)))).toEqual(['unknown-key']);
  });
  test('a key under another serial than it has is named', () => {
    const message = { ...sent(lines(BODY)), headers: headersOf(signed(platform, lines(BODY)), '7'.repeat(40)) };
    expect(codes(explain(message))).toEqual(['serial-of-another']);
  });
});

describe('headers', () => {
  test('that a proxy dropped are named', () => {
    const { 'wechatpay-nonce': _, ...headers } = headersOf('x');
    expect(explain({ ...sent(''), headers }).causes.map(({ what }) => what.en)).toEqual([
      'headers are missing: Wechatpay-Nonce',
    ]);
  });
  test('that came twice are named', () => {
    const headers = { ...headersOf('x'), 'wechatpay-serial': [SERIAL, SERIAL] };
    expect(codes(explain({ ...sent(''), headers }))).toEqual(['headers-twice']);
  });
  test('an old timestamp is named beside a right signature', () => {
    expect(codes(explain(sent(lines(BODY)), { now: NOW + 600_000 }))).toEqual(['timestamp-stale']);
  });
  test('a probe of WeChat Pay is named', () => {
    const headers = headersOf(`WECHATPAY/SIGNTEST/${signed(platform, lines(BODY))}`);
    expect(codes(explain({ ...sent(''), headers }))).toEqual(['probe']);
  });
});

describe('encrypted content', () => {
  const opened = (secret: string, body = BODY) =>
    explain(sent(lines(body), body), { apiV3Keys: [{ label: 'APIv3 key', secret }] });
  test('a wrong key is named, and is not shown', () => {
    const explanation = opened('f'.repeat(32));
    expect(codes(explanation)).toEqual(['api-v3-key-wrong']);
    expect(JSON.stringify(explanation)).not.toContain('ffffffff');
  });
  test('a key with a line end has 33 bytes', () => {
    expect(opened(`${API_V3_KEY}\n`).causes[0]?.what.en).toBe('the APIv3 key has 33 bytes, and must have 32');
  });
  test('associated_data that got lost is named', () => {
    expect(opened(API_V3_KEY, envelope(undefined, 'transaction')).causes[0]?.what.en).toBe(
      'the APIv3 key does not open the content: it was encrypted with the associated_data "transaction"',
    );
  });
  test('a ciphertext that is not base64 is named', () => {
    expect(codes(opened(API_V3_KEY, '{"resource":{"ciphertext":"?","nonce":"n"}}'))).toEqual(['content-malformed']);
  });
});

describeVectors('v3-response-verify.json', ({ vector }) => {
  test('the example of the official documentation is genuine, and a changed byte is not', () => {
    const { headers, body, publicKey } = vector('v3-response-verify-official');
    const named = Object.entries(headers as Record<string, string>).map(([name, value]) => [
      name.toLowerCase(),
      [value],
    ]);
    const message = {
      status: 200,
      headers: { ...Object.fromEntries(named), 'wechatpay-serial': ['5'.repeat(40)] },
      body: Buffer.from(body),
    };
    const known = { keys: [{ label: 'WeChat Pay', key: vectorPublicKey(publicKey) }] };
    expect(explainMessageV3(message, known).verdict).toBe('genuine');
    expect(codes(explainMessageV3({ ...message, body: Buffer.from(`${body} `) }, known))).toEqual(['body-blanks']);
  });
});
