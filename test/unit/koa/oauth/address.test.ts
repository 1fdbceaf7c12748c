import { describe, expect, test } from '@jest/globals';
import { isReturnTo, valuesOf, without } from '../../../../src/koa/oauth/address.js';

const BASE = 'https://shop.example';

describe('where a login may end', () => {
  test.each([
    '/',
    '/orders/7/pay?a=1&a=2',
    '/?',
    '/a//b',
    '/a?next=//evil.example',
    '/%0a',
    '/a/../b',
    `/${'x'.repeat(2_047)}`,
  ])('%p is ours', (value) => {
    expect(isReturnTo(value, BASE)).toBe(true);
  });

  test.each([
    ['nothing', ''],
    ['a relative path', 'orders'],
    ['an absolute address', 'https://shop.example/'],
    ['another host', '//evil.example'],
    ['another host by backslash', '/\\evil.example'],
    ['another host by a tab browsers drop', '/\t/evil.example'],
    ['another host by a newline browsers drop', '/\n/evil.example'],
    ['another host by a dot segment', '/.//evil.example'],
    ['another host by an encoded dot segment', '/%2e//evil.example'],
    ['another host by two dots', '/a/..//evil.example'],
    ['a backslash anywhere', '/a?b=\\'],
    ['a blank', '/a b'],
    ['a line separator', '/a\u2028'],
    ['a wide blank', '/\u3000'],
    ['a NUL', '/\0'],
    ['a header of its own', '/a\r\nSet-Cookie: x=1'],
    ['2049 characters', `/${'x'.repeat(2_048)}`],
    ['a list', ['/a']],
    ['an object with a text', { toString: () => '/a' }],
    ['nothing at all', undefined],
  ])('%s is refused', (_, value) => {
    expect(isReturnTo(value, BASE)).toBe(false);
  });

  test('a path that climbs out of the prefix to another host is refused', () => {
    expect(isReturnTo('/..//evil.example', `${BASE}/shop`)).toBe(false);
  });
});

describe('parameters of an address', () => {
  test.each([
    ['/p?code=1&state=2', '/p'],
    ['/p?a=1&code=1&state=2', '/p?a=1'],
    ['/p?code=1&a=%2F&state=2&b=+', '/p?a=%2F&b=+'],
    ['/p?&code=1', '/p?'],
    ['/p?', '/p?'],
    ['/p', '/p'],
    ['/code=1?xcode=1&codex=2', '/code=1?xcode=1&codex=2'],
    ['/p?%63ode=1&code&code=&b', '/p?b'],
    ['/p?a=?code=1&%E0%A4%A=1', '/p?a=?code=1&%E0%A4%A=1'],
  ])('%s without code and state is %s', (address, clean) => {
    expect(without(address, 'code', 'state')).toBe(clean);
  });

  test.each<[string, string[]]>([
    ['/p?code=a&code=b', ['a', 'b']],
    ['/p?%63ode=a%20b', ['a b']],
    ['/p?code=a=b', ['a=b']],
    ['/p?code', ['']],
    ['/p?code=%E0%A4%A', ['%E0%A4%A']],
    ['/p?Code=a', []],
    ['/p', []],
  ])('the codes of %s are %p', (address, values) => {
    expect(valuesOf(address, 'code')).toEqual(values);
  });
});
