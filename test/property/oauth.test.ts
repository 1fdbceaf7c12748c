import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import Koa, { type Middleware } from 'koa';
import { readAccessToken } from '../../src/core/oauth/token.js';
import { isReturnTo, valuesOf, without } from '../../src/koa/oauth/address.js';
import { readCallback } from '../../src/koa/oauth/callback.js';
import { buildState, isState, readLogin, writeLogin } from '../../src/koa/oauth/state.js';
import { wxOAuth } from '../../src/koa/wx-oauth.js';
import { type FakeWeixin, fakeWeixin } from '../support/fake-weixin.js';
import { type Answered, answerOf } from '../support/koa-answer.js';

const BASES = ['https://shop.example', 'https://shop.example/m', 'http://127.0.0.1:3000'] as const;
const hex = (length: number) =>
  fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length }).map((all) => all.join(''));

// text that goes for the weak spots: separators, what browsers drop or read as a slash, dot segments, encodings
const piece = fc.oneof(
  fc.constantFrom(
    '/',
    '//',
    '\\',
    '.',
    '..',
    '/.',
    '%2e',
    '%2f',
    '%5c',
    '@',
    ':',
    '?',
    '#',
    '&',
    '=',
    ';',
    '\t',
    '\n',
    ' ',
  ),
  fc.constantFrom('evil.example', 'https:', 'code', 'state', '%63ode', 'p', '\u3000', '\u2028', '\0', '"', '<'),
  fc.string({ maxLength: 4, unit: 'binary' }),
);
const address = fc.array(piece, { maxLength: 12 }).map((all) => `/${all.join('')}`);

describe('returnTo', () => {
  test('whatever is accepted, a browser that is sent there stays on our origin', () => {
    fc.assert(
      fc.property(
        fc.oneof(address, fc.webPath({ size: 'medium' }), fc.string()),
        fc.constantFrom(...BASES),
        (value, base) => {
          if (!isReturnTo(value, base)) return;
          const { origin } = new URL(base);
          // as Location, as a link, and as browsers read it after dropping tabs and newlines
          for (const target of [base + value, value, value.replaceAll('\\', '/')]) {
            expect(new URL(target, `${base}/here/now`).origin).toBe(origin);
          }
        },
      ),
      { numRuns: 5_000 },
    );
  });

  test('any ordinary path with any ordinary query is accepted', () => {
    fc.assert(
      fc.property(fc.array(hex(3), { maxLength: 5 }), fc.webQueryParameters(), (path, query) => {
        expect(isReturnTo(`/${path.join('/')}?${query}`.slice(0, 2_048), BASES[0])).toBe(true);
      }),
    );
  });
});

describe('an address', () => {
  const clean = address.map((value) => without(value.split('#', 1)[0] as string, 'code', 'state'));

  test('is the same after WeChat appended code and state and they were taken off again', () => {
    fc.assert(
      fc.property(clean, hex(32), (value, state) => {
        const appended = `${value}${value.includes('?') ? '&' : '?'}code=C&state=${state}`;
        expect(valuesOf(appended, 'code')).toEqual(['C']);
        expect(without(appended, 'code', 'state')).toBe(value);
      }),
      { numRuns: 2_000 },
    );
  });

  test('loses what was named and nothing else', () => {
    fc.assert(
      fc.property(address, (value) => {
        const rest = without(value, 'code', 'state');
        expect(valuesOf(rest, 'code').concat(valuesOf(rest, 'state'))).toEqual([]);
        expect(without(rest, 'code', 'state')).toBe(rest);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a state', () => {
  test('is always in the alphabet and length WeChat echoes, and its own', () => {
    fc.assert(
      fc.property(hex(32), fc.string(), fc.constantFrom('snsapi_base', 'snsapi_userinfo'), (nonce, appid, scope) => {
        const state = buildState(nonce, appid, scope);
        expect(state).toMatch(/^[0-9a-f]{32,128}$/);
        expect(isState(state, appid, scope)).toBe(true);
      }),
    );
  });

  test('is never what a page of its own would use', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), hex(32), hex(40), hex(48), hex(64)), (text) => {
        expect(readCallback(`/p?code=c&state=${text}`, 'wx1', 'snsapi_base')).toBeNull();
      }),
    );
  });

  test('record survives its cookie', () => {
    const record = fc.record({
      state: hex(48),
      issued: fc.nat(),
      restarts: fc.nat(9),
      phase: fc.constantFrom('pending' as const, 'spent' as const, 'done' as const),
      returnTo: address.filter((value) => isReturnTo(value, BASES[0])),
    });
    fc.assert(fc.property(record, (value) => expect(readLogin(writeLogin(value), BASES[0])).toEqual(value)));
  });
});

test('any bytes for an answer of WeChat are a value or a coded error', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => Buffer.from(text)),
      ),
      (bytes) => {
        try {
          expect(readAccessToken(Buffer.from(bytes)).openid).toMatch(/^[\w-]+$/);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.any(String), status: 502, expose: false });
        }
      },
    ),
  );
});

describe('wxOAuth', () => {
  let weixin: FakeWeixin;
  beforeAll(async () => {
    weixin = await fakeWeixin();
    weixin.on('/sns/oauth2/access_token', { errcode: 40029, errmsg: 'invalid code' });
  });
  afterAll(() => weixin.close());

  test('no request makes it crash, let anybody in, or send a browser anywhere but to WeChat or home', async () => {
    const origin = 'https://shop.example';
    const app = new Koa();
    app.keys = ['k'];
    app.silent = true;
    let reached = 0;
    app
      .use(wxOAuth({ appid: 'wx1', secret: 's', origin, baseUrl: weixin.baseUrl }) as unknown as Middleware)
      .use(() => void reached++);
    const state = buildState('0'.repeat(32), 'wx1', 'snsapi_base');
    const headerText = fc.string({ maxLength: 20 });
    const requests = fc.record({
      method: fc.constantFrom('GET', 'GET', 'GET', 'POST', 'HEAD', 'OPTIONS'),
      url: fc.oneof(
        address,
        address.map((value) => `${value}?code=c&state=${state}`),
        fc.string({ unit: 'binary-ascii' }),
      ),
      headers: fc.record(
        {
          'user-agent': fc.oneof(fc.constant('MicroMessenger/8.0'), headerText),
          accept: fc.oneof(fc.constant('text/html'), headerText),
          host: headerText,
          cookie: fc.oneof(
            headerText,
            headerText.map((text) => `__Host-wxpay_wx1=${text}; __Host-wxpay_wx1_s00000000=a.b`),
          ),
          'sec-fetch-mode': fc.constantFrom('navigate', 'cors', ''),
          'x-forwarded-host': headerText,
        },
        { requiredKeys: [] },
      ),
    });
    const check = ({ status, headers }: Answered): void => {
      expect([302, 400, 401, 403]).toContain(status);
      if (status !== 302) return;
      const location = new URL(headers.location as string);
      if (location.origin === origin) return;
      expect(location.origin + location.pathname).toBe('https://open.weixin.qq.com/connect/oauth2/authorize');
      expect(new URL(location.searchParams.get('redirect_uri') as string).origin).toBe(origin);
    };
    await fc.assert(
      fc.asyncProperty(requests, async (request) => check(await answerOf(app, request))),
      { numRuns: 3_000 },
    );
    expect(reached).toBe(0);
  });
});
