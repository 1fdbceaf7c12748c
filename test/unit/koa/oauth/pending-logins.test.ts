import { describe, expect, test } from '@jest/globals';
import { signedCookies } from '../../../../src/koa/oauth/cookies.js';
import { pendingLogins } from '../../../../src/koa/oauth/pending-logins.js';
import {
  type Login,
  MAX_LOGIN_BYTES,
  MAX_PENDING,
  type Phase,
  STATE_LIFETIME,
  writeLogin,
} from '../../../../src/koa/oauth/state.js';
import { contextWith, cookiesSet, oauthOptions } from '../../../support/oauth-context.js';

const NOW = 1_700_000_000_000;
const BASE = 'https://shop.example';
const NAME = 'wxpay';

/** The n-th authorization of a browser; a later one is younger. */
const record = (n: number, changes: Partial<Login> = {}): Login => ({
  state: String(n).padStart(8, '0').padEnd(48, 'a'),
  issued: NOW + n,
  restarts: 0,
  phase: 'pending',
  returnTo: `/p${n}`,
  ...changes,
});

/** A browser: its cookies go with each request, and each answer changes them. */
function browser() {
  const jar = new Map<string, string>();
  const visit = <T>(use: (records: ReturnType<typeof pendingLogins>) => T, now = NOW): T => {
    const ctx = contextWith([...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const result = use(pendingLogins(signedCookies(ctx, oauthOptions()), NAME, BASE, now));
    for (const [name, value] of cookiesSet(ctx)) {
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return result;
  };
  return {
    jar,
    put: (one: Login, now?: number) => visit((records) => records.put(one), now),
    forget: (one: Login) => visit((records) => records.forget(one)),
    pages: (now?: number) => visit((records) => records.all().map(({ returnTo }) => returnTo), now),
  };
}

describe('authorizations under way', () => {
  test('each have a cookie, and come back youngest first', () => {
    const { jar, put, pages } = browser();
    for (const n of [2, 1, 3]) put(record(n));
    expect([...jar.keys()]).toEqual(['wxpay_s00000002', 'wxpay_s00000001', 'wxpay_s00000003']);
    expect(pages()).toEqual(['/p3', '/p2', '/p1']);
  });

  test('one that is put again takes its own place, and one that is forgotten leaves the others', () => {
    const { put, forget, pages } = browser();
    for (const n of [1, 2]) put(record(n));
    put(record(1, { returnTo: '/again' }));
    expect(pages()).toEqual(['/p2', '/again']);
    forget(record(1));
    expect(pages()).toEqual(['/p2']);
  });

  test('are ten at most: the eleventh takes the place of the oldest', () => {
    const { jar, put, pages } = browser();
    for (let n = 1; n <= MAX_PENDING; n++) put(record(n));
    expect(pages()).toHaveLength(MAX_PENDING);
    put(record(11));
    expect(jar.size).toBe(MAX_PENDING);
    expect(pages()).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map((n) => `/p${n}`));
  });

  test('putting the tenth again takes the place of none', () => {
    const { put, pages } = browser();
    for (let n = 1; n <= MAX_PENDING; n++) put(record(n));
    put(record(10, { phase: 'spent' }));
    expect(pages()).toHaveLength(MAX_PENDING);
  });

  test.each<Phase>(['spent', 'done'])('that are %s go before any that is still open, however old that is', (phase) => {
    const { put, pages } = browser();
    put(record(1));
    for (let n = 2; n <= MAX_PENDING; n++) put(record(n, { phase }));
    put(record(11));
    expect(pages()).toContain('/p1');
    expect(pages()).not.toContain('/p2');
  });

  test('that are too old to be exchanged go before any that is still open', () => {
    const { put, pages } = browser();
    put(record(1, { issued: NOW - STATE_LIFETIME }));
    put(record(2, { issued: NOW - STATE_LIFETIME - 1 }));
    for (let n = 3; n <= MAX_PENDING; n++) put(record(n));
    put(record(11));
    expect(pages()).toContain('/p1');
    expect(pages()).not.toContain('/p2');
  });

  test.each([-1, 1])('are forgotten after twice their lifetime, on a clock that was moved by %d too', (direction) => {
    const { put, pages } = browser();
    put(record(0));
    expect(pages(NOW + direction * 2 * STATE_LIFETIME)).toEqual(['/p0']);
    expect(pages(NOW + direction * (2 * STATE_LIFETIME + 1))).toEqual([]);
  });

  test('leave a cookie that holds none', () => {
    const { jar, put, pages } = browser();
    put(record(1));
    const ctx = contextWith();
    const cookies = signedCookies(ctx, oauthOptions());
    cookies.set('wxpay_sodd', Buffer.from('["a"]').toString('base64url'), 60_000);
    cookies.set('wxpay_saway', writeLogin(record(2, { returnTo: '//evil.example' })), 60_000);
    for (const [name, value] of cookiesSet(ctx)) jar.set(name, value);
    expect(pages()).toEqual(['/p1']);
  });
});

describe('the bytes of their cookies', () => {
  /** What a cookie takes of the header line: its name, its value, and room for the signature. */
  const bytesOf = (one: Login): number => 'wxpay_s00000000'.length + writeLogin(one).length + 50;

  /** A record whose cookie takes exactly so many bytes, where base64 allows it. */
  function ofBytes(n: number, bytes: number): Login {
    for (let length = 1; ; length++) {
      const one = record(n, { returnTo: `/${'x'.repeat(length)}` });
      if (bytesOf(one) === bytes) return one;
      if (bytesOf(one) > bytes) throw new Error(`no cookie takes ${bytes} bytes`);
    }
  }

  test('may be just as many as proxies leave for them', () => {
    const { jar, put } = browser();
    const old = ofBytes(1, MAX_LOGIN_BYTES / 2);
    put(old);
    put(ofBytes(2, MAX_LOGIN_BYTES / 2));
    expect(jar.size).toBe(2);
  });

  test('with one more, the oldest goes', () => {
    const { jar, put } = browser();
    put(ofBytes(1, MAX_LOGIN_BYTES / 2 + 1));
    put(ofBytes(2, MAX_LOGIN_BYTES / 2));
    expect([...jar.keys()]).toEqual(['wxpay_s00000002']);
  });

  test('a signed cookie is no larger than it is counted', () => {
    const { jar, put } = browser();
    put(record(1));
    const [[name, value]] = [...jar] as [[string, string]];
    expect(`${name}=${value}; `.length).toBeLessThanOrEqual(bytesOf(record(1)));
  });
});
