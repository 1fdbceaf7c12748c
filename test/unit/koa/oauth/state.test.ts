import { describe, expect, test } from '@jest/globals';
import { readCallback } from '../../../../src/koa/oauth/callback.js';
import { buildState, isOpen, isState, type Login, readLogin, writeLogin } from '../../../../src/koa/oauth/state.js';

const APPID = 'wx0123456789abcdef';
const NONCE = '00112233445566778899aabbccddeeff';
const state = buildState(NONCE, APPID, 'snsapi_base');

describe('a state', () => {
  test('is of the alphabet and length WeChat echoes unchanged, and begins with all of its randomness', () => {
    expect(state).toMatch(/^[0-9a-f]{48}$/);
    expect(state.startsWith(NONCE)).toBe(true);
  });

  test('is recognised by the account and scope that made it, and by no other', () => {
    expect(isState(state, APPID, 'snsapi_base')).toBe(true);
    expect(isState(state, APPID, 'snsapi_userinfo')).toBe(false);
    expect(isState(state, 'wxfedcba9876543210', 'snsapi_base')).toBe(false);
  });

  test('with one character changed is none', () => {
    for (let at = 0; at < state.length; at++) {
      const changed = state.slice(0, at) + (state[at] === '0' ? '1' : '0') + state.slice(at + 1);
      expect(isState(changed, APPID, 'snsapi_base')).toBe(false);
    }
  });

  test.each(['', 'abc', NONCE.toUpperCase(), `${NONCE}00`, NONCE.slice(1)])(
    'is not made of %p instead of 128 bits',
    (nonce) => {
      expect(() => buildState(nonce, APPID, 'snsapi_base')).toThrow(TypeError);
    },
  );
});

describe('a callback', () => {
  const read = (address: string) => readCallback(address, APPID, 'snsapi_base');

  test.each([
    '/p',
    '/p?code=SUMMER',
    '/p?state=NY',
    '/p?code=SUMMER&state=d41d8cd98f00b204e9800998ecf8427e',
    '/p?code=a&code=b&state=x&state=y',
    `/p?code=a&state=${state.toUpperCase()}`,
    `/p?code=a#&state=x`,
  ])('is not %s: those parameters are the page its own', (address) => {
    expect(read(address)).toBeNull();
  });

  test('without a code is a denial', () => {
    expect(read(`/p?state=${state}`)).toEqual({ state, code: undefined });
    expect(read(`/p?code=&state=${state}`)).toEqual({ state, code: undefined });
  });

  test('is recognised in any order and among other parameters', () => {
    expect(read(`/p?state=${state}&a=1&code=021X-_y&b`)).toEqual({ state, code: '021X-_y' });
  });
});

describe('a record', () => {
  const record: Login = {
    state,
    issued: 1_700_000_000_000,
    restarts: 1,
    phase: 'pending',
    returnTo: '/p?code=中',
  };

  test('is good for ten minutes, to the millisecond, and never after its use', () => {
    expect(isOpen(record, 1_700_000_600_000)).toBe(true);
    expect(isOpen(record, 1_700_000_600_001)).toBe(false);
    expect(isOpen(record, Number.NaN)).toBe(false);
    expect(isOpen({ ...record, phase: 'spent' }, 1_700_000_000_000)).toBe(false);
    expect(isOpen({ ...record, phase: 'done' }, 1_700_000_000_000)).toBe(false);
  });

  test('that would lead off the origin is not read, though its signature held', () => {
    const read = (returnTo: string) => readLogin(writeLogin({ ...record, returnTo }), 'https://shop.example');
    expect(read('/p')).toEqual({ ...record, returnTo: '/p' });
    expect(read('//evil.example')).toBeNull();
    expect(read('/\\evil.example')).toBeNull();
  });

  test.each(['', 'e30', 'W10', 'bnVsbA', '!!', Buffer.from('["s",1,1,"open","/p"]').toString('base64url')])(
    '%p is none',
    (text) => {
      expect(readLogin(text, 'https://shop.example')).toBeNull();
    },
  );
});
