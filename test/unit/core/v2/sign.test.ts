import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { findSigner, signingString, signV2 } from '../../../../src/core/v2/sign.js';

// The worked example of the official signing page: https://pay.weixin.qq.com/doc/v2/merchant/4011985891
const key = '192006250b4c09247ec02edce69f6a2d';
const example = new Map([
  ['appid', 'wxd930ea5d5a258f4f'],
  ['mch_id', '10000100'],
  ['device_info', '1000'],
  ['body', 'test'],
  ['nonce_str', 'ibuaiVcKdpRxkhJA'],
]);

describe("the manual's worked example", () => {
  test('the text that is signed', () => {
    expect(signingString(example)).toBe(
      'appid=wxd930ea5d5a258f4f&body=test&device_info=1000&mch_id=10000100&nonce_str=ibuaiVcKdpRxkhJA',
    );
  });
  test('MD5', () => expect(signV2(example, key, 'MD5')).toBe('9A0A8659F005D6984697E2CA0A9CF3B7'));
  test('HMAC-SHA256', () => {
    expect(signV2(example, key, 'HMAC-SHA256')).toBe(
      '6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6',
    );
  });
});

describe('openssl computes the same', () => {
  const fields = new Map([...example, ['attach', '支付测试 + / =']]);
  const openssl = (...args: string[]) =>
    execFileSync('openssl', ['dgst', ...args], { input: `${signingString(fields)}&key=${key}`, encoding: 'utf8' })
      .trim()
      .split(' ')
      .at(-1)
      ?.toUpperCase();
  test('MD5', () => expect(signV2(fields, key, 'MD5')).toBe(openssl('-md5')));
  test('HMAC-SHA256', () => expect(signV2(fields, key, 'HMAC-SHA256')).toBe(openssl('-sha256', '-hmac', key)));
});

describe('the rules of the text', () => {
  const text = (fields: Record<string, string>) => signingString(new Map(Object.entries(fields)));
  test('names sort by ASCII: capitals, underscore, small letters', () => {
    expect(text({ signType: '3', sign_type: '2', a: '4', Z: '1' })).toBe('Z=1&a=4&signType=3&sign_type=2');
  });
  test('empty values and sign take no part; "0" does', () => {
    expect(text({ b: '', a: '0', sign: 'x' })).toBe('a=0');
  });
  test('values are raw: neither trimmed nor encoded', () => expect(text({ a: ' x&y=z% ' })).toBe('a= x&y=z% '));
  test('an empty key signs nothing', () => expect(() => signV2(example, '', 'MD5')).toThrow('"key" must not be empty'));
});

describe('who signed', () => {
  const other = '00000000000000000000000000000000';
  const signed = new Map([...example, ['sign', signV2(example, key, 'MD5')]]);

  test('the second of two keys is found while keys are being changed', () => {
    expect(findSigner(signed, [other, key], ['MD5'])).toEqual({ key, signType: 'MD5' });
  });
  test('another key, another algorithm, no signature, a signature in small letters: nobody', () => {
    expect(findSigner(signed, [other], ['MD5'])).toBeUndefined();
    expect(findSigner(signed, [key], ['HMAC-SHA256'])).toBeUndefined();
    expect(findSigner(example, [key], ['MD5'])).toBeUndefined();
    expect(findSigner(new Map([...example, ['sign', '']]), [key], ['MD5'])).toBeUndefined();
    expect(
      findSigner(new Map([...signed, ['sign', signed.get('sign')?.toLowerCase() ?? '']]), [key], ['MD5']),
    ).toBeUndefined();
  });
  test('a field added, removed or changed: nobody', () => {
    expect(findSigner(new Map([...signed, ['total_fee', '1']]), [key], ['MD5'])).toBeUndefined();
    expect(findSigner(new Map([...signed].filter(([name]) => name !== 'body')), [key], ['MD5'])).toBeUndefined();
    expect(findSigner(new Map([...signed, ['body', 'tesu']]), [key], ['MD5'])).toBeUndefined();
  });
});
