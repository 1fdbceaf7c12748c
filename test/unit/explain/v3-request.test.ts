import { constants, createHash, createHmac, createPublicKey, privateEncrypt, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Recorded } from '../../../src/explain/types.js';
import { explainRequestV3 } from '../../../src/explain/v3/request.js';
import { describeVectors, vectorPrivateKey } from '../../support/vectors.js';
import { signed, testKey } from './keys.js';

const SERIAL = '408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB';
const NONCE = '593BEC0c930bf1afeb40b4a08c8fb242';
const TIMESTAMP = '1554208460';
const NOW = 1554208470_000;
const BODY = '{"mchid":"1900007291","description":"Image形象店 & 茶","amount":{"total":100},"url":"https://a.cn/b"}';

const own = testKey({ label: 'merchant 1900007291', owner: 'merchant', mchid: '1900007291', serial: SERIAL });
const other = testKey({ label: 'merchant 1900000999', owner: 'merchant', mchid: '1900000999', serial: '5'.repeat(40) });
const keys = [own.named, other.named];

interface Sent {
  method: string;
  target: string;
  timestamp: string;
  nonce: string;
  body: string | Buffer;
}

const SENT: Sent = {
  method: 'POST',
  target: '/v3/pay/transactions/jsapi',
  timestamp: TIMESTAMP,
  nonce: NONCE,
  body: BODY,
};
const ASKED: Sent = { ...SENT, method: 'GET', target: '/v3/refund/domestic/refunds/A%7C1?sub_mchid=1&a=2', body: '' };

const linesOf = ({ method, target, timestamp, nonce, body }: Sent): string =>
  `${method}\n${target}\n${timestamp}\n${nonce}\n${body}\n`;

const authorization = (signature: string, over: Record<string, string> = {}): string => {
  const pairs = { mchid: '1900007291', nonce_str: NONCE, signature, timestamp: TIMESTAMP, serial_no: SERIAL, ...over };
  const written = Object.entries(pairs).map(([name, value]) => `${name}="${value}"`);
  return `WECHATPAY2-SHA256-RSA2048 ${written.join(',')}`;
};

const request = (header: string | undefined, { method, target, body }: Sent = SENT): Recorded => ({
  method,
  target,
  headers: header === undefined ? {} : { authorization: [header] },
  body: Buffer.from(body),
});

/** What is explained when this text was signed and `sent` was sent. */
const explain = (text: string | Buffer, sent: Sent = SENT, key = own) =>
  explainRequestV3(request(authorization(signed(key, text)), sent), { keys, now: NOW });

const codes = ({ causes }: { causes: { code: string }[] }): string[] => causes.map(({ code }) => code);

test('a correct request is genuine, with the string to sign', () => {
  expect(explain(linesOf(SENT))).toEqual({
    subject: 'v3 request',
    verdict: 'genuine',
    expected: linesOf(SENT),
    causes: [],
    notes: [],
  });
  expect(explain(linesOf(ASKED), ASKED).verdict).toBe('genuine');
});

describe('a usual mistake in the string to sign is named, and the string that was signed is found', () => {
  const reserialised = (change: (value: unknown) => string) => linesOf({ ...SENT, body: change(JSON.parse(BODY)) });
  const cases: [name: string, code: string, text: string | Buffer, sent?: Sent][] = [
    ['no line feed at the end', 'no-final-line-feed', linesOf(SENT).slice(0, -1)],
    ['a line feed too many', 'extra-final-line-feed', `${linesOf(SENT)}\n`],
    ['line ends of Windows', 'carriage-returns', linesOf(SENT).replaceAll('\n', '\r\n')],
    ['a backslash and an n', 'escaped-line-feeds', linesOf(SENT).replaceAll('\n', '\\n')],
    ['no line feeds at all', 'lines-joined', linesOf(SENT).replaceAll('\n', '')],
    ['nonce and timestamp swapped', 'line-order', `POST\n${SENT.target}\n${NONCE}\n${TIMESTAMP}\n${BODY}\n`],
    ['signed as an answer', 'line-order', `${TIMESTAMP}\n${NONCE}\n${BODY}\n`],
    ['the method in lower case', 'method-case', linesOf({ ...SENT, method: 'post' })],
    ['another method', 'method-other', linesOf({ ...SENT, method: 'GET' })],
    ['the whole URL', 'path-whole-url', linesOf({ ...SENT, target: `https://api.mch.weixin.qq.com${SENT.target}` })],
    ['a path without /v3', 'path-other', linesOf({ ...SENT, target: '/pay/transactions/jsapi' })],
    ['a slash at the end', 'path-other', linesOf({ ...SENT, target: `${SENT.target}/` })],
    [
      'a path without its query',
      'path-without-query',
      linesOf({ ...ASKED, target: ASKED.target.split('?')[0]! }),
      ASKED,
    ],
    [
      'another order of the query',
      'query-order',
      linesOf({ ...ASKED, target: ASKED.target.replace('sub_mchid=1&a=2', 'a=2&sub_mchid=1') }),
      ASKED,
    ],
    [
      'a path before it was encoded',
      'path-encoding',
      linesOf({ ...ASKED, target: ASKED.target.replace('%7C', '|') }),
      ASKED,
    ],
    ['a clock that was read twice', 'timestamp-other', linesOf({ ...SENT, timestamp: '1554208461' })],
    ['a nonce in capitals', 'nonce-other', linesOf({ ...SENT, nonce: NONCE.toUpperCase() })],
    ['no body', 'body-left-out', linesOf({ ...SENT, body: '' })],
    ['a body for a GET', 'body-of-get', linesOf({ ...ASKED, body: '{}' }), ASKED],
    ['an indented body', 'body-reserialised', reserialised((value) => JSON.stringify(value, null, 2))],
    [
      'a body as PHP writes it',
      'body-reserialised',
      reserialised((value) => JSON.stringify(value).replaceAll('/', '\\/')),
    ],
    [
      'a body as Go writes it',
      'body-reserialised',
      reserialised((value) => JSON.stringify(value).replaceAll('&', '\\u0026')),
    ],
    [
      'a body as Python writes it',
      'body-reserialised',
      linesOf({
        ...SENT,
        body: '{"mchid": "1900007291", "description": "Image\\u5f62\\u8c61\\u5e97 & \\u8336", "amount": {"total": 100}, "url": "https://a.cn/b"}',
      }),
    ],
    [
      'a body with sorted fields',
      'body-reserialised',
      linesOf({
        ...SENT,
        body: '{"amount":{"total":100},"description":"Image形象店 & 茶","mchid":"1900007291","url":"https://a.cn/b"}',
      }),
    ],
    ['a body that became "[object Object]"', 'body-reserialised', linesOf({ ...SENT, body: '[object Object]' })],
    ['a line feed behind the body', 'body-blanks', linesOf({ ...SENT, body: `${BODY}\r\n` })],
    ['a byte order mark', 'body-blanks', linesOf({ ...SENT, body: `\ufeff${BODY}` })],
    ['ISO-8859-1', 'body-encoding', Buffer.from(linesOf(SENT).replace(/[\u0100-\uffff]/g, '?'), 'latin1')],
    ['two encodings', 'body-encoding', linesOf({ ...SENT, body: Buffer.from(BODY).toString('latin1') })],
  ];
  const whole = cases.map(([name, code, text, sent = SENT]) => ({ name, code, text, sent }));
  test.each(whole)('$name', ({ code, text, sent }) => {
    const explanation = explain(text, sent);
    expect({ ...explanation, causes: codes(explanation) }).toMatchObject({ verdict: 'wrong', causes: [code] });
    if (typeof text === 'string') expect(explanation.signed).toBe(text);
    expect(explanation.differAt).toBeGreaterThanOrEqual(0);
  });

  test('GBK', () => {
    // 茶 and 形象店 in GBK, from the table of the encoding.
    const gbk = Buffer.concat([
      Buffer.from('POST\n/a\n1554208460\nn\n{"a":"'),
      Buffer.from('b2e8', 'hex'),
      Buffer.from('"}\n'),
    ]);
    const sent = { ...SENT, target: '/a', nonce: 'n', body: '{"a":"茶"}' };
    const header = authorization(signed(own, gbk), { nonce_str: 'n' });
    const explanation = explainRequestV3(request(header, sent), { keys });
    expect(explanation.causes.map(({ what }) => what.en)).toEqual([
      'the body was signed in the encoding GBK, and not in UTF-8',
    ]);
  });

  test('three mistakes at once are all named', () => {
    const text = `post\n${SENT.target}\n${TIMESTAMP}\n${NONCE}\n${JSON.stringify(JSON.parse(BODY), null, 4)}`;
    expect(codes(explain(text))).toEqual(['method-case', 'body-reserialised', 'no-final-line-feed']);
  });

  test('of an upload only "meta" is signed', () => {
    const meta = '{"filename":"a.jpg","sha256":"00"}';
    const body = `--b\r\nContent-Disposition: form-data; name="meta"\r\nContent-Type: application/json\r\n\r\n${meta}\r\n--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nbytes\r\n--b--\r\n`;
    const headersOf = (text: string) => ({
      authorization: [authorization(signed(own, text))],
      'content-type': ['multipart/form-data; boundary=b'],
    });
    const upload = (text: string) =>
      explainRequestV3({ ...request(''), headers: headersOf(text), body: Buffer.from(body) }, { keys, now: NOW });
    expect(upload(linesOf({ ...SENT, body: meta })).verdict).toBe('genuine');
    expect(codes(upload(linesOf({ ...SENT, body })))).toEqual(['body-multipart']);
  });

  test('a text that is none of the usual ones is called so, and a logged one is compared', () => {
    expect(codes(explain('something else'))).toEqual(['other-text']);
    const header = authorization(signed(own, 'something else'));
    const explanation = explainRequestV3(request(header), { keys, now: NOW, signed: `${linesOf(SENT)} ` });
    expect(explanation).toMatchObject({ signed: `${linesOf(SENT)} `, differAt: linesOf(SENT).length });
  });

  test('a logged text explains a signature of which no key is known', () => {
    const header = authorization(signed(testKey({ label: 'lost' }), linesOf(SENT)));
    const explanation = explainRequestV3(request(header), { signed: linesOf(SENT).slice(0, -1), now: NOW });
    expect(codes(explanation)).toEqual(['no-final-line-feed']);
  });
});

describe('a wrong key', () => {
  test('of another merchant is named', () => {
    const { causes } = explain(linesOf(SENT), SENT, other);
    expect(causes.map(({ what }) => what.en)).toEqual(['it was signed with another key: merchant 1900000999']);
  });
  test('that is not known is told apart from a wrong text', () => {
    expect(codes(explain(linesOf(SENT), SENT, testKey({ label: 'lost' })))).toEqual(['unknown-key']);
  });
  test('of another certificate of the same merchant is named by its serial', () => {
    const header = authorization(signed(own, linesOf(SENT)), { serial_no: '5'.repeat(40) });
    expect(explainRequestV3(request(header), { keys, now: NOW }).causes).toMatchObject([
      { code: 'serial-of-another', what: { en: expect.stringContaining(`it is ${SERIAL}, not 5555`) } },
    ]);
  });
  test('without any key the form is still checked', () => {
    const header = authorization(signed(own, linesOf(SENT)));
    expect(explainRequestV3(request(header), { now: NOW })).toMatchObject({ verdict: 'unchecked', causes: [] });
  });
});

describe('a wrong algorithm', () => {
  const text = linesOf(SENT);
  const digest = createHash('sha256').update(text).digest();
  const pss = { key: own.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING };
  test.each([
    ['SHA-1', 'other-algorithm', sign('sha1', Buffer.from(text), own.privateKey).toString('base64')],
    ['MD5', 'other-algorithm', sign('md5', Buffer.from(text), own.privateKey).toString('base64')],
    ['PSS', 'other-algorithm', sign('sha256', Buffer.from(text), pss).toString('base64')],
    ['a bare digest', 'other-algorithm', privateEncrypt(own.privateKey, digest).toString('base64')],
    ['hex', 'signature-encoding', Buffer.from(signed(own, text), 'base64').toString('hex')],
    ['base64url', 'signature-encoding', Buffer.from(signed(own, text), 'base64').toString('base64url')],
    ['URL encoding', 'signature-encoding', encodeURIComponent(signed(own, text))],
    ['line ends inside', 'signature-encoding', signed(own, text).replace(/.{64}/g, '$&\n')],
    ['blanks for pluses', 'signature-encoding', signed(own, text).replaceAll('+', ' ')],
  ])('%s is named', (_, code, signature) => {
    const explanation = explainRequestV3(request(authorization(signature)), { keys, now: NOW });
    expect(codes(explanation)).toEqual([code]);
  });
  test('HMAC with an API key, as in API v2, is no signature of RSA', () => {
    const hmac = createHmac('sha256', '8934e7d15453e97507ef794cf7b0519d').update(text).digest('hex').toUpperCase();
    const explanation = explainRequestV3(request(authorization(hmac)), { keys, now: NOW });
    expect(codes(explanation)).toEqual(['signature-encoding', 'signature-length']);
  });
});

describe('a wrong header', () => {
  const right = signed(own, linesOf(SENT));
  const explained = (header: string | undefined, now = NOW) => codes(explainRequestV3(request(header), { keys, now }));
  test.each([
    ['none', 'no-authorization', undefined],
    ['another scheme', 'wrong-scheme', authorization(right).replace('RSA2048', 'RSA')],
    ['blanks between the pairs', 'authorization-malformed', authorization(right).replaceAll('",', '", ')],
    ['single quotes', 'authorization-malformed', authorization(right).replaceAll('"', "'")],
    ['a colon in the serial', 'serial-form', authorization(right, { serial_no: `40:8B${SERIAL.slice(4)}` })],
    ['the id of the public key', 'serial-of-public-key', authorization(right, { serial_no: 'PUB_KEY_ID_0119000001' })],
    ['another merchant than the body', 'mchid-mismatch', authorization(right, { mchid: '1900000998' })],
  ])('%s', (_, code, header) => {
    expect(explained(header)).toContain(code);
  });
  test('a pair under another name is missing, and the other name is told', () => {
    const explanation = explainRequestV3(request(authorization(right).replace('nonce_str', 'nonce')), { keys });
    expect(explanation.causes[0]?.what.en).toContain('it has no nonce_str, but nonce');
  });
  test('a timestamp in milliseconds, and one that is too old', () => {
    const text = linesOf({ ...SENT, timestamp: `${TIMESTAMP}000` });
    expect(explained(authorization(signed(own, text), { timestamp: `${TIMESTAMP}000` }))).toEqual([
      'timestamp-milliseconds',
    ]);
    expect(explained(authorization(right), NOW + 600_000)).toEqual(['timestamp-stale']);
    expect(explained(authorization(right), NOW - 600_000)).toEqual(['timestamp-stale']);
  });
  test('a serial in lower case is the same serial', () => {
    expect(explained(authorization(right, { serial_no: SERIAL.toLowerCase() }))).toEqual([]);
  });
});

test('every text names a fix, in both languages', () => {
  for (const { what, fix } of explain(linesOf(SENT).slice(0, -1)).causes) {
    for (const text of [what.en, what.zh, fix.en, fix.zh]) expect(text.length).toBeGreaterThan(5);
  }
});

describeVectors('v3-request-sign.json', ({ vector }) => {
  test('the example of the official documentation is genuine, and a changed byte is not', () => {
    const { method, url, body, message, authorization } = vector('v3-sign-body-official');
    const key = createPublicKey(vectorPrivateKey('key-official-doc-merchant-test.pkcs8.b64'));
    const known = { keys: [{ label: 'merchant', key, mchid: '1900007291', serial: SERIAL }] };
    const official = { method, target: url, headers: { authorization: [authorization] }, body: Buffer.from(body) };
    expect(explainRequestV3(official, known)).toMatchObject({ verdict: 'genuine', expected: message });
    const changed = { ...official, body: Buffer.from(body.replace('100', '101')) };
    expect(codes(explainRequestV3(changed, known))).toEqual(['other-text']);
  });
});
