import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { writeXml } from '../../../src/core/v2/xml/write.js';
import type { Known } from '../../../src/explain/types.js';
import { explainMessageV2 } from '../../../src/explain/v2/message.js';
import { describeVectors } from '../../support/vectors.js';

const KEY = '8934e7d15453e97507ef794cf7b0519d';
const apiV2Keys = [{ label: 'APIv2 key', secret: KEY }];
const md5 = (text: string | Buffer): string => createHash('md5').update(text).digest('hex').toUpperCase();
const hmac = (text: string): string => createHmac('sha256', KEY).update(text).digest('hex').toUpperCase();

/** Not in order: `sign_type`, `signType` and an empty field show mistakes with order and with emptiness. */
const FIELDS = {
  total_fee: '0100',
  mch_id: '1900000109',
  body: '明前龙井 & <茶> a b ',
  attach: '',
  appid: 'wx0123456789abcdef',
  detail: '{"goods": [{"id": "a/b"}]}',
  Zone: 'x',
};
type Pair = readonly [string, string];
const pairs: readonly Pair[] = Object.entries(FIELDS);
const filled = pairs.filter(([, value]) => value !== '');
const sorted = (list: readonly Pair[], by = (name: string) => name): Pair[] =>
  list.toSorted(([a], [b]) => (by(a) < by(b) ? -1 : 1));
const join = (list: readonly Pair[]): string => list.map(([name, value]) => `${name}=${value}`).join('&');
const RIGHT = join(sorted(filled));
const withKey = (text: string, key = KEY): string => `${text}&key=${key}`;

const explain = (sign: string, fields: Record<string, string> = FIELDS, known: Known = {}) =>
  explainMessageV2(Buffer.from(writeXml(Object.entries({ ...fields, sign }))), { apiV2Keys, ...known });
const codes = ({ causes }: { causes: { code: string }[] }): string[] => causes.map(({ code }) => code);
const changed = (change: (value: string) => string): string =>
  join(sorted(filled).map(([name, value]) => [name, change(value)]));

test('a correct message is genuine, and the string to sign is shown without the key', () => {
  expect(explain(md5(withKey(RIGHT)))).toEqual({
    subject: 'v2 message',
    verdict: 'genuine',
    expected: withKey(RIGHT, '<API key>'),
    causes: [],
    notes: [],
  });
});

describe('a usual mistake is named, and the string that was signed is found', () => {
  test.each<[name: string, code: string, text: string]>([
    ['empty fields', 'empty-signed', withKey(join(sorted(pairs)))],
    ['the order of the message', 'field-order', withKey(join(filled))],
    ['an order without regard to case', 'field-order', withKey(join(sorted(filled, (name) => name.toLowerCase())))],
    [
      'a field that was added later',
      'field-not-signed',
      withKey(join(sorted(filled.filter(([name]) => name !== 'detail')))),
    ],
    ['URL-encoded values', 'values-changed', withKey(changed(encodeURIComponent))],
    [
      'values as they stand in XML',
      'values-changed',
      withKey(
        changed((value) =>
          value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
        ),
      ),
    ],
    ['values with CDATA', 'values-changed', withKey(changed((value) => `<![CDATA[${value}]]>`))],
    ['trimmed values', 'values-changed', withKey(changed((value) => value.trim()))],
    ['numbers that were parsed', 'values-changed', withKey(RIGHT.replace('total_fee=0100', 'total_fee=100'))],
    [
      'JSON that was printed again',
      'values-changed',
      withKey(RIGHT.replace(FIELDS.detail, JSON.stringify(JSON.parse(FIELDS.detail)))),
    ],
    [
      'names in lower case',
      'field-names',
      withKey(join(sorted(filled.map(([name, value]) => [name.toLowerCase(), value])))),
    ],
    [
      'no &',
      'fields-joined',
      withKey(
        sorted(filled)
          .map(([name, value]) => `${name}=${value}`)
          .join(''),
      ),
    ],
    ['no key', 'key-left-out', RIGHT],
    ['a key without its name', 'key-form', `${RIGHT}${KEY}`],
    ['a key with a line feed', 'key-form', withKey(RIGHT, `${KEY}\n`)],
    ['a key in capitals', 'key-form', withKey(RIGHT, KEY.toUpperCase())],
  ])('%s', (_, code, text) => {
    const explanation = explain(md5(text));
    expect({ ...explanation, causes: codes(explanation) }).toMatchObject({ verdict: 'wrong', causes: [code] });
    expect(JSON.stringify(explanation).toLowerCase()).not.toContain(KEY);
  });

  test('a sign that was signed itself, while it was empty or as a receiver does it', () => {
    expect(codes(explain(md5(withKey(join(sorted([...filled, ['sign', '']]))))))).toEqual(['sign-signed']);
    const sign = md5(withKey(RIGHT, 'a lost key'));
    const verified = withKey(join(sorted([...filled, ['sign', sign]])));
    expect(codes(explain(sign, FIELDS, { signed: verified }))).toEqual(['sign-signed']);
  });

  test('the field that was not signed is named', () => {
    const text = withKey(join(sorted(filled.filter(([name]) => name !== 'appid'))));
    expect(explain(md5(text)).causes[0]?.what.en).toBe('the field appid was not signed');
  });

  test('two mistakes at once are both named', () => {
    expect(codes(explain(md5(withKey(join(pairs)))))).toEqual(['empty-signed', 'field-order']);
    expect(codes(explain(md5(withKey(RIGHT)).toLowerCase()))).toEqual(['sign-lower-case']);
  });

  test('GBK', () => {
    // "茶" in GBK is b2 e8.
    const fields = { appid: 'wx0', body: '茶' };
    const text = Buffer.concat([
      Buffer.from('appid=wx0&body='),
      Buffer.from('b2e8', 'hex'),
      Buffer.from(`&key=${KEY}`),
    ]);
    expect(codes(explain(md5(text), fields))).toEqual(['encoding']);
  });
});

describe('algorithms', () => {
  test('HMAC-SHA256 without sign_type is right for notifications, and a note says what about requests', () => {
    const explanation = explain(hmac(withKey(RIGHT)));
    expect(explanation).toMatchObject({ verdict: 'genuine', notes: [{ en: expect.stringContaining('HMAC-SHA256') }] });
  });
  test('MD5 where sign_type says HMAC-SHA256', () => {
    const fields = { ...FIELDS, sign_type: 'HMAC-SHA256' };
    const text = withKey(join(sorted(Object.entries(fields).filter(([, value]) => value !== ''))));
    expect(codes(explain(md5(text), fields))).toEqual(['sign-type-mismatch']);
    expect(explain(hmac(text), fields).verdict).toBe('genuine');
    expect(codes(explain(createHash('sha256').update(text).digest('hex').toUpperCase(), fields))).toEqual([
      'other-digest',
    ]);
  });
  test('base64 of RSA', () =>
    expect(codes(explain('jnks4dlrPw3ZX+ozVvSK39oa0t7OMBsg83BHAwd8BRc='))).toContain('sign-form'));
});

describe('keys', () => {
  test('the key of another merchant, or the APIv3 key, is named', () => {
    const other = '192006250b4c09247ec02edce69f6a2d';
    const known = { apiV3Keys: [{ label: 'the APIv3 key', secret: other }] };
    const explanation = explain(md5(withKey(RIGHT, other)), FIELDS, known);
    expect(explanation.causes.map(({ what }) => what.en)).toEqual(['it was signed with another key: the APIv3 key']);
    expect(JSON.stringify(explanation)).not.toContain(other);
  });
  test('of several merchants the one that the message names is right', () => {
    const theirs = { label: 'merchant 1900000999', mchid: '1900000999', secret: 'f'.repeat(32) };
    const ours = { label: 'merchant 1900000109', mchid: '1900000109', secret: KEY };
    expect(explain(md5(withKey(RIGHT)), FIELDS, { apiV2Keys: [theirs, ours] }).verdict).toBe('genuine');
    expect(codes(explain(md5(withKey(RIGHT, theirs.secret)), FIELDS, { apiV2Keys: [theirs, ours] }))).toEqual([
      'key-of-another-v2',
    ]);
  });
  test('a logged string that is right leaves only the key', () => {
    const { causes } = explain(md5(withKey(RIGHT, 'a lost key')), FIELDS, { signed: withKey(RIGHT, 'a lost key') });
    expect(causes[0]?.what.en).toContain('only the key or the algorithm can differ');
  });
  test('a logged string that is wrong is compared, and its key is hidden', () => {
    const text = withKey(join(sorted(pairs)), 'a lost key');
    const explanation = explain(md5(text), FIELDS, { signed: text });
    expect(codes(explanation)).toEqual(['empty-signed']);
    expect(explanation).toMatchObject({
      signed: withKey(join(sorted(pairs)), '<API key>'),
      differAt: expect.any(Number),
    });
    expect(JSON.stringify(explanation)).not.toContain('lost');
  });
});

describe('messages that cannot be checked', () => {
  test.each([
    ['no sign', 'no-sign', '<xml><a>1</a></xml>'],
    ['no XML', 'xml-unreadable', '{"a":1}'],
    ['a field twice', 'xml-unreadable', '<xml><a>1</a><a>2</a></xml>'],
    ['a DOCTYPE', 'xml-unreadable', '<!DOCTYPE xml><xml><a>1</a></xml>'],
  ])('%s', (_, code, body) => {
    expect(codes(explainMessageV2(Buffer.from(body), { apiV2Keys }))).toEqual([code]);
  });
  test('an answer with return_code=FAIL has no sign', () => {
    const body = '<xml><return_code>FAIL</return_code><return_msg>签名错误</return_msg></xml>';
    expect(explainMessageV2(Buffer.from(body), { apiV2Keys })).toMatchObject({ verdict: 'unchecked', causes: [] });
  });
  test('without a key the string to sign is still shown', () => {
    expect(explain('A'.repeat(32), FIELDS, { apiV2Keys: [] })).toMatchObject({
      verdict: 'unchecked',
      expected: withKey(RIGHT, '<API key>'),
    });
  });
});

describe('the content of a refund notification', () => {
  const sealed = (key: string): string => {
    const cipher = createCipheriv('aes-256-ecb', Buffer.from(key), null);
    return Buffer.concat([cipher.update('<root><out_refund_no>R1</out_refund_no></root>'), cipher.final()]).toString(
      'base64',
    );
  };
  const refund = (req_info: string) =>
    explainMessageV2(Buffer.from(writeXml(Object.entries({ return_code: 'SUCCESS', req_info }))), { apiV2Keys });
  test('is opened', () => {
    expect(refund(sealed(md5(KEY).toLowerCase()))).toMatchObject({
      subject: 'v2 refund notification',
      verdict: 'genuine',
      content: '<root><out_refund_no>R1</out_refund_no></root>',
    });
  });
  test.each([
    ['another key', sealed('f'.repeat(32)), 'the APIv2 key does not open req_info'],
    ['the MD5 in capitals', sealed(md5(KEY)), 'the MD5 in capitals'],
    ['the key itself', sealed(KEY), 'the key itself'],
    ['blanks in place of pluses', 'a b+', 'it contains blanks'],
  ])('%s is named', (_, req_info, sentence) => {
    expect(refund(req_info).causes[0]?.what.en).toContain(sentence);
  });
});

describeVectors('v2-notify.json', ({ vectors }) => {
  test.each(vectors.filter(({ rawBody, key, expect: wanted }) => rawBody && key && (wanted ?? 'valid') === 'valid'))(
    'the notification $id is genuine',
    ({ rawBody, key }) => {
      expect(explainMessageV2(Buffer.from(rawBody), { apiV2Keys: [{ label: 'key', secret: key }] }).causes).toEqual([]);
    },
  );
});
