import { describe, expect, jest, test } from '@jest/globals';
import { memoryOnce } from '../../../src/once/memory.js';
import { describeOnce } from '../../../src/testing/index.js';

describeOnce('memory', memoryOnce, { describe, test });

const claim = (key: string) => ({ key, fingerprint: 'a|1|CNY', signal: new AbortController().signal });
const nothing = async () => {};

describe('memoryOnce', () => {
  test('the oldest finished key is forgotten first', async () => {
    const once = memoryOnce({ max: 2 });
    for (const key of ['one', 'two', 'three']) await once(claim(key), nothing);
    expect(await once(claim('three'), nothing)).toBe('already');
    expect(await once(claim('two'), nothing)).toBe('already');
    expect(await once(claim('one'), nothing)).toBe('ran');
  });

  test('a key in flight is not forgotten, however many finish meanwhile', async () => {
    const once = memoryOnce({ max: 1 });
    let open = () => {};
    const running = once(claim('slow'), () => new Promise((resolve) => (open = resolve)));
    for (const key of ['one', 'two', 'three']) await once(claim(key), nothing);
    const second = once(claim('slow'), async () => {
      throw new Error('ran twice');
    });
    open();
    expect(await Promise.all([running, second])).toEqual(['ran', 'already']);
  });

  test('the handler gets no transaction', async () => {
    await memoryOnce()(claim('key'), async (tx) => expect(tx).toBeUndefined());
    expect.assertions(1);
  });

  test.each([0, -1, 1.5, Number.NaN, Infinity])('"max" of %p is refused', (max) => {
    expect(() => memoryOnce({ max })).toThrow(new TypeError('"max" must be a whole number, at least 1'));
  });

  test('production gets one warning, however many stores there are', () => {
    const { NODE_ENV } = process.env;
    const emitWarning = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    try {
      process.env.NODE_ENV = 'production';
      memoryOnce();
      memoryOnce();
      expect(emitWarning).toHaveBeenCalledTimes(1);
      expect(emitWarning).toHaveBeenCalledWith(
        expect.stringContaining('memoryOnce forgets'),
        expect.objectContaining({ code: 'WXPAY_MEMORY_ONCE' }),
      );
    } finally {
      process.env.NODE_ENV = NODE_ENV;
      emitWarning.mockRestore();
    }
  });
});
