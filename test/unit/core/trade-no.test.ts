import { expect, test } from '@jest/globals';
import { nextTradeNo } from 'koa-wxpay';

test.each([
  ['SHOP00A17', 'SHOP00A17-2'],
  ['SHOP00A17-2', 'SHOP00A17-3'],
  ['SHOP00A17-9', 'SHOP00A17-10'],
  ['SHOP00A17-99', 'SHOP00A17-100'],
  ['2026-11-0', '2026-11-0-2'],
  ['A-1B2C', 'A-1B2C-2'],
  ['x'.repeat(30), `${'x'.repeat(30)}-2`],
])('%s becomes %s', (from, to) => expect(nextTradeNo(from)).toBe(to));

test.each(['x'.repeat(31), 'x'.repeat(32), `${'x'.repeat(30)}-9`, 'a b', 'abc'])('%s has no next number', (from) => {
  expect(() => nextTradeNo(from)).toThrow(RangeError);
});
