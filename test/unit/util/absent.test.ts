import { describe, expect, test } from '@jest/globals';
import { isAbsent, present, presentDeep } from '../../../src/util/absent.js';

test.each([[undefined], [null], ['']])('%p is absent', (value) => expect(isAbsent(value)).toBe(true));
test.each([[0], [false], [' '], [Number.NaN], [[]], [{}]])('%p is given', (value) =>
  expect(isAbsent(value)).toBe(false),
);

test('a copy without the absent fields keeps the others and leaves the original alone', () => {
  const row = Object.freeze({ a: '', b: null, c: undefined, d: 0, e: false });
  expect(Object.entries(present(row))).toEqual([
    ['d', 0],
    ['e', false],
  ]);
});

describe('at every depth', () => {
  test('absent fields of objects and of objects in lists are left out', () => {
    const detail = { cost_price: 1, invoice_id: '', goods_detail: [{ id: 'a', name: null }, { name: '' }] };
    expect(presentDeep(detail)).toEqual({ cost_price: 1, goods_detail: [{ id: 'a' }, {}] });
  });

  test('an object in which everything is absent is absent, an empty one is not', () => {
    expect(presentDeep({ scene_info: { device_id: null, store_info: { id: '' } }, settle_info: {} })).toEqual({
      settle_info: {},
    });
    expect(presentDeep({ a: null })).toBeUndefined();
  });

  test('dates and instances of classes stay what they are', () => {
    const time_expire = new Date();
    expect(presentDeep({ time_expire }).time_expire).toBe(time_expire);
  });
});
