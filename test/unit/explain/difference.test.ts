import { expect, test } from '@jest/globals';
import { escaped, firstDifference } from '../../../src/explain/difference.js';
import { combinations, mistake, right } from '../../../src/explain/search.js';

test('the first difference is found, also where one text ends', () => {
  expect(firstDifference('abc', 'abc')).toBeUndefined();
  expect(firstDifference('abc', 'abd')).toBe(2);
  expect(firstDifference('abc', 'abcd')).toBe(3);
  expect(firstDifference('', 'a')).toBe(0);
});

test('everything invisible becomes visible', () => {
  expect(escaped('a\n\r\t\\b\u00a0\ufeff\u0000茶')).toBe('a\\n\\r\\t\\\\b\\u00a0\\ufeff\\u0000茶');
});

test('combinations with fewer mistakes come first, and none comes twice', () => {
  const ways = {
    a: [right('a'), mistake('A', 'method-case')],
    b: [right('b'), mistake('B', 'path-other'), mistake('β', 'path-encoding')],
  };
  const found = [...combinations<{ a: string; b: string }>(ways, 2)].map(({ values: { a, b }, causes }) => [
    a + b,
    causes.length,
  ]);
  expect(found).toEqual([
    ['ab', 0],
    ['aB', 1],
    ['aβ', 1],
    ['Ab', 1],
    ['AB', 2],
    ['Aβ', 2],
  ]);
});
