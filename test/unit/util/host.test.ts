import { afterEach, describe, expect, test } from '@jest/globals';
import { resolveHost } from '../../../src/util/host.js';

const NODE_ENV = process.env.NODE_ENV;
afterEach(() => {
  process.env.NODE_ENV = NODE_ENV;
});

describe('the address of a host', () => {
  test.each([
    ['https://api.mch.weixin.qq.com', 'https://api.mch.weixin.qq.com'],
    ['https://gateway.example/wechat/', 'https://gateway.example/wechat'],
    ['https://gateway.example/wechat//', 'https://gateway.example/wechat'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('%s may be called', (given, resolved) => {
    expect(resolveHost('baseUrl', given)).toBe(resolved);
  });

  test.each([
    'https://host.example/?a=1',
    'https://host.example/#a',
    'https://user@host.example',
    'https://:password@host.example',
    'ftp://host.example',
    'host.example',
    '',
    null,
    42,
  ])('%j is refused', (given) => {
    expect(() => resolveHost('baseUrl', given)).toThrow(
      new TypeError('"baseUrl" must be an https address without query, fragment or user'),
    );
  });

  test('over plain http needs a named option, and is refused in production', () => {
    expect(() => resolveHost('baseUrl', 'http://simulator:8080')).toThrow('set allowHttp: true');
    expect(resolveHost('baseUrl', 'http://simulator:8080', true)).toBe('http://simulator:8080');
    process.env.NODE_ENV = 'production';
    expect(() => resolveHost('baseUrl', 'http://simulator:8080', true)).toThrow(
      '"baseUrl" must be https in production',
    );
  });
});
