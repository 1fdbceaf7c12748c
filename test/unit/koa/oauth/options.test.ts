import { describe, expect, test } from '@jest/globals';
import { type WxOAuthOptions, wxOAuth } from '../../../../src/koa/wx-oauth.js';
import { oauthOptions } from '../../../support/oauth-context.js';

const good: WxOAuthOptions = { appid: 'wx0123456789abcdef', secret: 's', origin: 'https://shop.example' };

test('wxOAuth is created with an appid, a secret and an origin, under its own name, and writes to no option', () => {
  const frozen = Object.freeze({ ...good, cookie: Object.freeze({ maxAge: 60_000 }) });
  expect(wxOAuth(frozen).name).toBe('wxOAuth');
});

describe('a wrong option is named at creation', () => {
  test.each<[string, unknown, string]>([
    ['appid', '', 'AppID'],
    ['appid', undefined, 'AppID'],
    ['secret', undefined, 'AppSecret'],
    ['secret', 'a b', 'AppSecret'],
    ['origin', undefined, 'https://shop.example'],
    ['origin', 'shop.example', 'https://shop.example'],
    ['origin', 'ftp://shop.example', 'https://shop.example'],
    ['origin', 'xhttp://shop.example', 'https://shop.example'],
    ['origin', 'httpsx://shop.example', 'https://shop.example'],
    ['origin', new URL('https://shop.example'), 'https://shop.example'],
    ['origin', 'https://shop.example?', 'without query'],
    ['origin', 'https://shop.example#', 'without query'],
    ['origin', 'https://:secret@shop.example', 'without query'],
    ['origin', 'https://shop.example/?a=1', 'without query'],
    ['origin', 'https://shop.example/#/', 'without query'],
    ['origin', 'https://user@shop.example', 'without query'],
    ['origin', 'https://shop.example//m', 'its path is not one'],
    ['scope', 'snsapi_login', 'snsapi_base'],
    ['session', { get: () => null }, 'set(ctx, identity)'],
    ['onDenied', '/denied', 'function'],
    ['onOutsideWechat', {}, 'function'],
    ['onSnapshot', 1, 'function'],
    ['now', 1, 'function'],
    ['nonce', 'a', 'function'],
    ['loginPage', '//evil.example', '/login'],
    ['loginPage', 'https://shop.example/login', '/login'],
    ['authorizeUrl', 'https://open.weixin.qq.com', 'whole address'],
    ['authorizeUrl', 'http://sim.example/authorize', 'https'],
    ['baseUrl', 'http://sim.example', 'allowHttp'],
    ['baseUrl', 'api.weixin.qq.com', 'https'],
    ['baseUrl', 'https://api.weixin.qq.com/?a', 'query'],
    ['dispatcher', {}, 'undici'],
  ])('"%s": %p', (option, value, right) => {
    const create = () => wxOAuth({ ...good, [option]: value } as WxOAuthOptions);
    expect(create).toThrow(TypeError);
    expect(create).toThrow(`"${option}"`);
    expect(create).toThrow(right);
  });

  test.each<[string, object]>([
    ['cookie.name', { name: 'a b' }],
    ['cookie.name', { name: '' }],
    ['cookie.name', { name: 'a=b' }],
    ['cookie.name', { name: ';a' }],
    ['cookie.name', { name: 'a;' }],
    ['cookie.name', { name: 'x'.repeat(65) }],
    ['cookie.maxAge', { maxAge: 0 }],
    ['cookie.maxAge', { maxAge: 999 }],
    ['cookie.maxAge', { maxAge: 1_000.5 }],
    ['cookie.maxAge', { maxAge: '60' }],
    ['cookie.path', { path: 'm' }],
    ['cookie.path', { path: 'm/shop' }],
    ['cookie.path', { path: '/;Domain=evil' }],
    ['cookie.path', { path: '/m;' }],
    ['cookie.path', { path: '/a b' }],
    ['cookie.path', { path: '/m\n' }],
    ['cookie.path', { path: ['/m'] }],
    ['cookie.domain', { domain: 'a; b' }],
    ['cookie.domain', { domain: 'shop' }],
    ['cookie.domain', { domain: '.shop.example' }],
    ['cookie.domain', { domain: 'shop.example.' }],
    ['cookie.domain', { domain: 'shop.example; Path=/' }],
    ['cookie.domain', { domain: 'evil shop.example' }],
  ])('"%s": %j', (option, cookie) => {
    expect(() => wxOAuth({ ...good, cookie })).toThrow(`"${option}"`);
  });

  test.each<object>([
    { name: 'x'.repeat(64) },
    { name: 'shop.user_1-a' },
    { maxAge: 1_000 },
    { path: '/' },
    { path: '/shop:1/<a>~' },
    { domain: 'shop.example' },
    { domain: 'WWW.Shop-1.example' },
  ])('"cookie" may be %j', (cookie) => {
    expect(() => wxOAuth({ ...good, cookie })).not.toThrow();
  });

  test('"session" beside "cookie"', () => {
    const session = { get: () => null, set: () => undefined };
    expect(() => wxOAuth({ ...good, session, cookie: {} })).toThrow('"cookie" and "session"');
  });

  test('no options at all', () => {
    expect(() => wxOAuth(undefined as unknown as WxOAuthOptions)).toThrow('options object');
  });

  test('the secret is in no message', () => {
    expect(() => wxOAuth({ ...good, secret: 'my secret' })).not.toThrow(/my secret/);
  });
});

test.each(['http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:8080/sim'])(
  'plain http towards %s needs no permission',
  (baseUrl) => {
    expect(() => wxOAuth({ ...good, baseUrl })).not.toThrow();
  },
);

test('plain http towards another machine is allowed by name, and never in production', () => {
  const create = () => wxOAuth({ ...good, baseUrl: 'http://simulator:3000', allowHttp: true });
  expect(create).not.toThrow();
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  try {
    expect(create).toThrow('production');
  } finally {
    process.env.NODE_ENV = before;
  }
});

test.each<[string, Partial<WxOAuthOptions>, string]>([
  ['a browser takes the cookie from this very host only', {}, '__Host-wxpay_wx0123456789abcdef'],
  ['which it cannot on plain http', { origin: 'http://127.0.0.1:3000' }, 'wxpay_wx0123456789abcdef'],
  ['nor below a path', { cookie: { path: '/shop' } }, 'wxpay_wx0123456789abcdef'],
  ['nor for a domain', { cookie: { domain: 'shop.example' } }, 'wxpay_wx0123456789abcdef'],
  ['nor under another name', { cookie: { name: 'user' } }, 'user'],
])('%s', (_, changes, name) => {
  expect(oauthOptions(changes).cookie.name).toBe(name);
});

test.each([
  ['https://shop.example/', 'https://shop.example'],
  ['https://SHOP.example:443/m/', 'https://shop.example/m'],
  ['http://127.0.0.1:3000/a/b', 'http://127.0.0.1:3000/a/b'],
])('pages of %s are below %s', (origin, base) => {
  const { base: resolved, secure, loginPage } = oauthOptions({ origin });
  expect([resolved, secure, loginPage]).toEqual([base, base.startsWith('https:'), `${base}/`]);
});
