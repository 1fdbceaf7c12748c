import { describe, expect, test } from '@jest/globals';
import { readAccessToken, readUserinfo } from '../../../../src/core/oauth/token.js';

const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o';
const profile = (fields: string) => readUserinfo(Buffer.from(`{"openid":"${OPENID}",\n${fields}}`));

describe('a profile whose text is as the user typed it', () => {
  test.each([
    ['a device control', '小\u0014明'],
    ['a line feed', 'line\nfeed'],
    ['a carriage return', 'a\rb'],
    ['a tab', 'a\tb'],
    ['a NUL', 'a\u0000b'],
    ['an escape', '\u001b[31mred'],
  ])('is read with %s', (_, text) => {
    expect(profile(`"nickname":"${text}","city":"${text}"`)).toMatchObject({ nickname: text, city: text });
  });

  test('beside quotes and backslashes that are escaped', () => {
    expect(profile('"nickname":"a\\"\u0014\\\\","city":"\\u4e2d\n"')).toMatchObject({
      nickname: 'a"\u0014\\',
      city: '中\n',
    });
  });

  test('is read without the fields that decide nothing when they are malformed', () => {
    expect(profile('"nickname":7,"sex":"m","headimgurl":null,"unionid":"no such id","privilege":{}')).toEqual({
      openid: OPENID,
      ...{ nickname: '', sex: 0, headimgurl: '', province: '', city: '', country: '' },
    });
  });
});

test('a control character outside of a text is no JSON', () => {
  expect(() => readAccessToken(Buffer.from(`{\u0014"access_token":"T","openid":"${OPENID}"}`))).toThrow('not JSON');
});
