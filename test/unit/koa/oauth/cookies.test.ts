import { describe, expect, test } from '@jest/globals';
import Keygrip from 'keygrip';
import { signedCookies } from '../../../../src/koa/oauth/cookies.js';
import { contextWith, cookiesSet, oauthOptions } from '../../../support/oauth-context.js';

const options = oauthOptions();

/** The pair `name=value` as an application with these keys would sign it. */
function signed(name: string, value: string, keys: string[] | Keygrip = ['k']): string {
  const ctx = contextWith('', keys as string[]);
  signedCookies(ctx, options).set(name, value, 60_000);
  return (cookiesSet(ctx)[0] as string[]).join('=');
}

const found = (cookie: string, prefix = 'a', keys: string[] | Keygrip = ['k']): Record<string, string> =>
  Object.fromEntries(signedCookies(contextWith(cookie, keys as string[]), options).find(prefix));

describe('cookies of ours', () => {
  test('are found by the beginning of their names, among those of others', () => {
    const header = ['theirs=1', signed('abc', 'x'), signed('b', 'z'), signed('a', 'y'), 'last="odd"'].join('; ');
    expect(found(header)).toEqual({ abc: 'x', a: 'y' });
    expect(found(header, 'ab')).toEqual({ abc: 'x' });
    expect(found(header, 'bc')).toEqual({});
    expect(found('')).toEqual({});
  });

  test.each([';', '; ', ' ;\t', ';;  '])('may be divided by %j', (divider) => {
    expect(found([signed('a1', 'x'), signed('a2', 'y')].join(divider))).toEqual({ a1: 'x', a2: 'y' });
  });

  test('the first of one name counts, which is that of the longest path', () => {
    expect(found(`${signed('a', 'first')}; ${signed('a', 'second')}`)).toEqual({ a: 'first' });
  });

  test('one that was not signed here does not hide one that was', () => {
    expect(found(`a=forged.${'x'.repeat(43)}; ${signed('a', 'ours')}`)).toEqual({ a: 'ours' });
    expect(found(`${signed('a', 'theirs', ['other'])}; ${signed('a', 'ours')}`)).toEqual({ a: 'ours' });
  });

  test.each<[string, (pair: string) => string]>([
    ['a character more', (pair) => `${pair}x`],
    ['a character less', (pair) => pair.slice(0, -1)],
    ['a word behind it', (pair) => `${pair} x`],
    ['a word before it', (pair) => `x ${pair}`],
    ['a second signature', (pair) => `${pair}.${pair.split('.')[1]}`],
    ['a line break behind it', (pair) => `${pair}\n`],
    ['a second sign of equality', (pair) => pair.replace('=', '==')],
    ['quotes', (pair) => pair.replace('=', '="').concat('"')],
    ['another name', (pair) => pair.replace('a=', 'ab=')],
    ['a name in capitals', (pair) => pair.replace('a=', 'A=')],
    ['no value', (pair) => pair.replace('=value.', '=.')],
    ['no signature', (pair) => pair.split('.')[0] as string],
  ])('with %s are not taken', (_, change) => {
    const pair = signed('a', 'value');
    expect(found(pair)).toEqual({ a: 'value' });
    expect(found(change(pair), '')).toEqual({});
  });

  test('are written with their attributes, and removed with the same ones', () => {
    const ctx = contextWith();
    const cookies = signedCookies(ctx, oauthOptions({ cookie: { path: '/shop', domain: 'shop.example' } }));
    cookies.set('a', 'x', 90_000);
    cookies.remove('b');
    const attributes = 'Path=/shop; Domain=shop.example; Secure; HttpOnly; SameSite=Lax';
    expect(ctx.response.headers['set-cookie']).toEqual([
      expect.stringMatching(new RegExp(`^a=x\\.[\\w-]{43}; Max-Age=90; ${attributes}$`)),
      `b=; Max-Age=0; ${attributes}`,
    ]);
  });

  test('on plain http are not Secure, and without a domain stay with this host', () => {
    const ctx = contextWith();
    signedCookies(ctx, oauthOptions({ origin: 'http://127.0.0.1:3000' })).set('a', 'x', 1_000);
    expect(ctx.response.get('set-cookie')).toMatch(/; Max-Age=1; Path=\/; HttpOnly; SameSite=Lax$/);
  });
});

describe('app.keys', () => {
  test('the first key signs, and all of them verify', () => {
    const old = signed('a', 'x', ['old']);
    expect(found(old, 'a', ['new', 'old'])).toEqual({ a: 'x' });
    expect(signed('a', 'x', ['new', 'old'])).toBe(signed('a', 'x', ['new']));
    expect(found(old, 'a', ['new'])).toEqual({});
  });

  test('may be a Keygrip: it signs and verifies, with its own digest', () => {
    const grip = new Keygrip(['new', 'old'], 'sha512', 'base64url' as never);
    const pair = signed('a', 'x', grip);
    expect(pair).toMatch(/^a=x\.[\w-]{86}$/);
    expect(found(pair, 'a', grip)).toEqual({ a: 'x' });
    expect(found(pair, 'a', new Keygrip(['newer', 'new'], 'sha512', 'base64url' as never))).toEqual({ a: 'x' });
    expect(found(pair, 'a', new Keygrip(['other'], 'sha512', 'base64url' as never))).toEqual({});
    expect(found(pair.replace('x.', 'y.'), 'a', grip)).toEqual({});
  });

  test('a Keygrip with the usual digest is one too', () => {
    const grip = new Keygrip(['k']);
    expect(found(signed('a', 'x', grip), 'a', grip)).toEqual({ a: 'x' });
  });

  test.each<[string, unknown]>([
    ['missing', undefined],
    ['null', null],
    ['an empty list', []],
    ['a list with an empty key', ['k', '']],
    ['a list that begins with an empty key', ['', 'k']],
    ['a list with a number', ['k', 7]],
    ['a text', 'secret'],
    ['an object that cannot sign', { verify: () => true }],
  ])('that are %s are refused at the first request', (_, keys) => {
    const app = contextWith();
    (app.app as { keys: unknown }).keys = keys;
    expect(() => signedCookies(app, options)).toThrow(
      expect.objectContaining({ code: 'ERR_WXPAY_MOUNT', message: expect.stringContaining('set app.keys') }),
    );
  });
});
