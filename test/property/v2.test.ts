import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createWxpay, WxpayError } from 'koa-wxpay';
import { findSigner, signV2 } from '../../src/core/v2/sign.js';
import { readXml } from '../../src/core/v2/xml/read.js';
import { writeXml } from '../../src/core/v2/xml/write.js';
import { merchant, notice } from '../support/shop.js';

const key = merchant.key;
const name = fc.stringMatching(/^[A-Za-z_]\w{0,20}$/).filter((text) => text !== '__proto__');
const value = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(']', '>', '&', '<', '\n', '"', ' '),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
  })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML cannot carry is refused, as another test shows
  .filter((text) => !/[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]/.test(text));
const message = fc.uniqueArray(fc.tuple(name, value), { selector: ([name]) => name, maxLength: 30 });

const { appid, mchid } = merchant;
const wxpay = createWxpay({ appid, mchid, notifyUrl: 'https://shop.example/n', v2: { key } });

/** Resolves to the code of the refusal; throws for anything that is neither a refusal of ours nor expected. */
async function refusal(body: Uint8Array): Promise<string> {
  try {
    await wxpay.readNotification(Buffer.from(body), {});
  } catch (error) {
    if (error instanceof WxpayError) return error.code;
    throw error;
  }
  throw new Error(`accepted: ${Buffer.from(body).toString('latin1')}`);
}

describe('messages', () => {
  test('what is written is read back, character for character', () => {
    fc.assert(
      fc.property(message, (fields) => {
        expect([...readXml(Buffer.from(writeXml(fields)))]).toEqual(fields);
      }),
      { numRuns: 2000 },
    );
  });

  test('any text is a Map or a WxpayError, nothing else', () => {
    const soup = fc.array(
      fc.constantFrom(
        '<xml>',
        '</xml>',
        '<a>',
        '</a>',
        '<![CDATA[',
        ']]>',
        '&amp;',
        '&',
        '<',
        '>',
        '<!',
        '<?xml',
        '?>',
        'x',
        '\n',
        '/',
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          soup.map((parts) => parts.join('')),
        ),
        (text) => {
          try {
            expect(readXml(text)).toBeInstanceOf(Map);
          } catch (error) {
            expect(error).toMatchObject({ code: 'ERR_WXPAY_BAD_XML' });
          }
        },
      ),
      { numRuns: 20_000 },
    );
  });
});

describe('signatures', () => {
  test('do not depend on the order of the fields', () => {
    fc.assert(
      fc.property(message, fc.infiniteStream(fc.nat()), (fields, order) => {
        const shuffled = fields
          .map((field) => [order.next().value, field] as const)
          .sort(([a], [b]) => (a as number) - (b as number));
        const signs = [fields, shuffled.map(([, field]) => field)].map((list) => signV2(new Map(list), key, 'MD5'));
        expect(signs[0]).toBe(signs[1]);
      }),
    );
  });

  test('change with any field that is added, removed or changed', () => {
    fc.assert(
      fc.property(message, name, value, (fields, changed, to) => {
        const before = new Map(fields);
        before.delete('sign');
        const after = new Map(before).set(changed, to);
        fc.pre(
          changed !== 'sign' && (before.get(changed) ?? '') !== to && !/[&=]/.test([...before.values(), to].join('')),
        );
        after.set('sign', signV2(before, key, 'HMAC-SHA256'));
        expect(findSigner(after, [key], ['HMAC-SHA256'])).toBeUndefined();
      }),
    );
  });
});

describe('notifications that WeChat did not send: none of 100,000 is accepted, none crashes', () => {
  test('arbitrary bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        expect(await refusal(bytes)).toMatch(/^ERR_WXPAY_/);
      }),
      { numRuns: 20_000 },
    );
  });

  test('a genuine one with bytes overwritten, cut out or put in', async () => {
    const genuine = Buffer.from(notice().body);
    const sense = JSON.stringify([...readXml(genuine)]);
    const edit = fc.record({ at: fc.nat(genuine.length - 1), cut: fc.nat(8), put: fc.uint8Array({ maxLength: 8 }) });
    await fc.assert(
      fc.asyncProperty(edit, async ({ at, cut, put }) => {
        const bytes = Buffer.concat([genuine.subarray(0, at), put, genuine.subarray(at + cut)]);
        fc.pre(!sameSense(bytes, sense));
        expect(await refusal(bytes)).toMatch(/^ERR_WXPAY_(BAD_SIGNATURE|WRONG_MERCHANT)$/);
      }),
      { numRuns: 60_000 },
    );
  });

  test('well-formed ones of any fields, unsigned or signed with another key', async () => {
    const other = 'x'.repeat(32);
    await fc.assert(
      fc.asyncProperty(message, fc.boolean(), async (fields, signed) => {
        const all = new Map(fields);
        if (signed) all.set('sign', signV2(all, other, 'MD5'));
        expect(await refusal(Buffer.from(writeXml(all)))).toBe('ERR_WXPAY_BAD_SIGNATURE');
      }),
      { numRuns: 20_000 },
    );
  });
});

/** An edit between two fields, or one that puts back what it cut, says the same. */
function sameSense(bytes: Buffer, sense: string): boolean {
  try {
    return (
      JSON.stringify([...readXml(bytes)].sort()) === JSON.stringify((JSON.parse(sense) as [string, string][]).sort())
    );
  } catch {
    return false;
  }
}
