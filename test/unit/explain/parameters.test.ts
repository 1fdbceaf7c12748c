import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { explainParameters } from '../../../src/explain/parameters.js';
import { signed, testKey } from './keys.js';

const own = testKey({ label: 'merchant 1900000109', owner: 'merchant', mchid: '1900000109' });
const keys = [own.named];
const BARE = 'wx201410272009395522657a690389285100';
const PAGE = {
  appId: 'wx8888888888888888',
  timeStamp: '1414561699',
  nonceStr: '5K8264ILTKCH16CQ2502SI8ZNMTM67VS',
  package: `prepay_id=${BARE}`,
  signType: 'RSA',
};
const { appId, timeStamp, nonceStr } = PAGE;
const RIGHT = `${appId}\n${timeStamp}\n${nonceStr}\nprepay_id=${BARE}\n`;
const codes = ({ causes }: { causes: { code: string }[] }): string[] => causes.map(({ code }) => code);

describe('parameters of API v3', () => {
  const explain = (text: string, over: object = {}) =>
    explainParameters({ ...PAGE, paySign: signed(own, text), ...over }, 'v3', { keys });

  test('correct ones are genuine', () => {
    expect(explain(RIGHT)).toMatchObject({ subject: 'page parameters', verdict: 'genuine', expected: RIGHT });
  });
  test.each([
    ['the bare prepay_id', 'package-prefix', RIGHT.replace('prepay_id=', '')],
    ['signType as a fifth line', 'sign-type-signed', `${RIGHT}RSA\n`],
    ['no line feed at the end', 'no-final-line-feed', RIGHT.slice(0, -1)],
    ['the nonce first', 'line-order', `${appId}\n${nonceStr}\n${timeStamp}\nprepay_id=${BARE}\n`],
    ['sorted as in API v2', 'line-order', `${appId}\n${nonceStr}\nprepay_id=${BARE}\n${timeStamp}\n`],
    ['a second look at the clock', 'timestamp-other', RIGHT.replace('1699', '1700')],
  ])('%s is named', (_, code, text) => expect(codes(explain(text))).toEqual([code]));
  test.each<[string, string, object]>([
    ['a number', 'parameter-type', { timeStamp: 1414561699 }],
    ['another signType', 'sign-type-value', { signType: 'MD5' }],
    ['package without its prefix', 'package-prefix', { package: BARE }],
    ['a missing parameter', 'parameter-missing', { nonceStr: undefined }],
  ])('%s is named', (_, code, over) => expect(codes(explain(RIGHT, over))).toEqual([code]));
  test('another key and a signature of API v2 are named', () => {
    const paySign = signed(testKey({ label: '' }), RIGHT);
    expect(codes(explainParameters({ ...PAGE, paySign }, 'v3', { keys }))).toEqual(['unknown-key']);
    const md5 = createHash('md5').update(RIGHT).digest('hex').toUpperCase();
    expect(codes(explainParameters({ ...PAGE, paySign: md5 }, 'v3', { keys }))).toContain('signature-length');
  });
});

describe('parameters of an app in API v3', () => {
  const APP = {
    ...{ appid: appId, partnerid: '1900000109', prepayid: BARE, package: 'Sign=WXPay' },
    ...{ noncestr: nonceStr, timestamp: timeStamp },
  };
  const explain = (text: string) => explainParameters({ ...APP, sign: signed(own, text) }, 'v3', { keys });
  test('the bare prepay_id is right, and one with its prefix is named', () => {
    expect(explain(RIGHT.replace('prepay_id=', ''))).toMatchObject({ subject: 'app parameters', verdict: 'genuine' });
    expect(codes(explain(RIGHT))).toEqual(['package-prefix']);
  });
});

describe('parameters of API v2', () => {
  const secret = '8934e7d15453e97507ef794cf7b0519d';
  const md5 = (text: string): string => createHash('md5').update(`${text}&key=${secret}`).digest('hex').toUpperCase();
  const page = { ...PAGE, signType: 'MD5' };
  const right = `appId=${appId}&nonceStr=${nonceStr}&package=prepay_id=${BARE}&signType=MD5&timeStamp=${timeStamp}`;
  const explain = (paySign: string, over: object = {}) =>
    explainParameters({ ...page, paySign, ...over }, 'v2', { apiV2Keys: [{ label: 'APIv2 key', secret }] });

  test('correct ones are genuine', () => expect(explain(md5(right)).verdict).toBe('genuine'));
  test.each([
    ['signType left out', 'field-not-signed', md5(right.replace('&signType=MD5', ''))],
    [
      'appid in place of appId',
      'field-names',
      md5(
        right
          .replaceAll('appId', 'appid')
          .replace('timeStamp', 'timestamp')
          .replace('nonceStr', 'noncestr')
          .replace('signType', 'sign_type')
          .replace('package', 'package')
          .split('&')
          .sort()
          .join('&'),
      ),
    ],
    ['small hex digits', 'sign-lower-case', md5(right).toLowerCase()],
  ])('%s is named', (_, code, paySign) => expect(codes(explain(paySign))).toEqual([code]));
  test('HMAC-SHA256 under signType MD5 is named', () => {
    const hmac = createHmac('sha256', secret).update(`${right}&key=${secret}`).digest('hex').toUpperCase();
    expect(codes(explain(hmac))).toEqual(['sign-type-mismatch']);
  });
  test('RSA is no signType of API v2', () =>
    expect(codes(explain(md5(right), { signType: 'RSA' }))).toContain('sign-type-value'));
});
