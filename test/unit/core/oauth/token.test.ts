import { describe, expect, test } from '@jest/globals';
import { isStaleCode, readAccessToken, readUserinfo } from '../../../../src/core/oauth/token.js';

const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const token = { access_token: 'T', expires_in: 7200, refresh_token: 'R', openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' };
const thrown = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe('the answer to a code', () => {
  test('gives the openid, and the unionid where there is one', () => {
    expect(readAccessToken(bytes({ ...token, scope: 'snsapi_base', added_later: 1 }))).toEqual({
      access_token: 'T',
      openid: token.openid,
      snapshot: false,
    });
    expect(readAccessToken(bytes({ ...token, unionid: 'oAbc' }))).toMatchObject({ unionid: 'oAbc' });
  });

  test.each([
    [1, true],
    ['1', true],
    [true, true],
    [0, false],
    ['0', false],
    [null, false],
  ])('with is_snapshotuser %p is of a virtual user: %p', (is_snapshotuser, snapshot) => {
    expect(readAccessToken(bytes({ ...token, is_snapshotuser })).snapshot).toBe(snapshot);
  });

  test.each([
    [40029, true],
    [40163, true],
    [42003, true],
    [40125, false],
    [45011, false],
    [-1, false],
  ])('with errcode %d is a refusal; a fresh code helps: %p', (errcode, stale) => {
    const error = thrown(() => readAccessToken(bytes({ errcode, errmsg: 'invalid code, rid: 1-2-3' })));
    expect(error).toMatchObject({ name: 'ApiError', wechatCode: `${errcode}`, status: 502, expose: false });
    expect(isStaleCode(error)).toBe(stale);
  });

  test('that is a refusal beside an openid is a refusal', () => {
    expect(() => readAccessToken(bytes({ ...token, errcode: 40029 }))).toThrow('40029');
  });

  test.each([
    '',
    'null',
    '[]',
    '"o"',
    '{}',
    '{"openid":"o","access_token":""}',
    '{"openid":"","access_token":"T"}',
    '{"openid":["o"],"access_token":"T"}',
    '{"openid":"o o","access_token":"T"}',
    '{"openid":1,"access_token":"T"}',
    '{"openid":"o","access_token":"T"} trailing',
    '<xml/>',
  ])('that is %p is refused without quoting it', (body) => {
    const error = thrown(() => readAccessToken(bytes(body))) as Error;
    expect(error).toMatchObject({ code: 'ERR_WXPAY_BAD_ANSWER', status: 502 });
    expect(error.cause).toBeUndefined();
  });
});

describe('a profile', () => {
  test('lacks nothing though WeChat leaves fields out, and keeps the nickname as it is', () => {
    expect(readUserinfo(bytes({ openid: 'o1', nickname: '<b>\u200b🌞' }))).toEqual({
      openid: 'o1',
      nickname: '<b>\u200b🌞',
      headimgurl: '',
      sex: 0,
      province: '',
      city: '',
      country: '',
    });
  });

  test('never grows beyond a cookie: what is too long is left out', () => {
    const user = readUserinfo(bytes({ openid: 'o1', nickname: 'n'.repeat(129), headimgurl: 'h'.repeat(9_999) }));
    expect(user).toMatchObject({ nickname: '', headimgurl: '' });
  });
});
