import { describe, expect, test } from '@jest/globals';
import { type WxOAuthOptions, wxOAuth } from '../../../../src/koa/wx-oauth.js';

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
    ['origin', 'https://shop.example/?a=1', 'without query'],
    ['origin', 'https://shop.example/#/', 'without query'],
    ['origin', 'https://user@shop.example', 'without query'],
    ['origin', 'https://shop.example//m', 'path'],
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
    ['cookie.maxAge', { maxAge: 0 }],
    ['cookie.maxAge', { maxAge: 999 }],
    ['cookie.maxAge', { maxAge: '60' }],
    ['cookie.path', { path: 'm' }],
    ['cookie.path', { path: '/;Domain=evil' }],
    ['cookie.domain', { domain: 'a; b' }],
  ])('"%s": %j', (option, cookie) => {
    expect(() => wxOAuth({ ...good, cookie })).toThrow(`"${option}"`);
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
