import { expect, test } from '@jest/globals';
import { fen, yuan } from '../../../src/core/money.js';

test.each([
  ['19.90', 1990],
  ['0.10', 10],
  ['0.1', 10],
  ['0.01', 1],
  ['0', 0],
  ['-0.00', 0],
  ['7', 700],
  ['-0.10', -10],
  ['1.15', 115],
  ['4.35', 435],
  ['90071992547409.91', Number.MAX_SAFE_INTEGER],
])('%s yuan are %d fen', (text, value) => {
  expect(Object.is(fen(text), value)).toBe(true);
});

test.each([
  '19.905',
  '19.900',
  '.5',
  '5.',
  '',
  ' 1',
  '1 ',
  '1,000.00',
  '+1',
  '1e2',
  '0x10',
  '٣',
  '01',
  '¥1',
  '--1',
  'NaN',
  '1\n',
])('%j is not an amount of yuan', (text) => {
  expect(() => fen(text)).toThrow(TypeError);
});

test('numbers are refused: they were rounded before they came', () => {
  expect(() => fen(19.9 as unknown as string)).toThrow("string such as '19.90'");
  expect(() => yuan('1990' as unknown as number)).toThrow(TypeError);
  expect(() => yuan(19.9)).toThrow(TypeError);
  expect(() => fen('90071992547409.92')).toThrow(RangeError);
});

test.each([
  [1990, '19.90'],
  [0, '0.00'],
  [-0, '0.00'],
  [1, '0.01'],
  [-10, '-0.10'],
  [Number.MAX_SAFE_INTEGER, '90071992547409.91'],
])('%d fen are %s yuan', (value, text) => {
  expect(yuan(value)).toBe(text);
});
