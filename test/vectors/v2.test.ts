import { expect, test } from '@jest/globals';
import { md5Hex } from '../../src/core/crypto/digest.js';
import { REPLIES_V2 } from '../../src/core/v2/reply.js';
import { findSigner, type SignTypeV2, signingString, signV2 } from '../../src/core/v2/sign.js';
import { readXml } from '../../src/core/v2/xml/read.js';
import { describeVectors, type Vector } from '../support/vectors.js';

const mapOf = (params: Record<string, unknown>) =>
  new Map(Object.entries(params).map(([name, value]) => [name, String(value)]));
const flip = (text: string): string => {
  const bytes = Buffer.from(text);
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  return bytes.toString('latin1');
};

describeVectors('v2-sign.json', ({ vectors }) => {
  const signed = vectors.filter(({ params, expectedSign }) => params && expectedSign);
  test('the file holds vectors of both algorithms', () => {
    expect(new Set(signed.map(({ signType }) => signType))).toEqual(new Set(['MD5', 'HMAC-SHA256']));
  });
  test.each(signed.map((vector) => [vector.id, vector] as [string, Vector]))('%s is reproduced', (_, vector) => {
    const { params, key, signType, expectedSign, stringA } = vector;
    if (stringA) expect(signingString(mapOf(params))).toBe(stringA);
    expect(signV2(mapOf(params), key, signType)).toBe(expectedSign);
  });
  test.each(signed.map((vector) => [vector.id, vector] as [string, Vector]))(
    '%s: one changed byte anywhere is seen',
    (_, vector) => {
      const { params, key, expectedSign } = vector;
      const signType: SignTypeV2 = vector.signType;
      const whole = new Map([...mapOf(params), ['sign', expectedSign]]);
      expect(findSigner(whole, [key], [signType])).toBeDefined();
      expect(findSigner(whole, [flip(key)], [signType])).toBeUndefined();
      for (const [name, value] of whole) {
        if (value === '') continue;
        expect(findSigner(new Map([...whole, [name, flip(value)]]), [key], [signType])).toBeUndefined();
      }
    },
  );
});

describeVectors('v2-notify.json', ({ vectors }) => {
  test.each(vectors.map((vector) => [vector.id, vector] as [string, Vector]))(
    '%s is read and verified',
    (_, vector) => {
      const { rawBody, parsed, key, signType, requiredReply } = vector;
      const fields = readXml(Buffer.from(rawBody));
      expect(Object.fromEntries(fields)).toEqual(parsed);
      expect(findSigner(fields, [key], [signType])).toEqual({ key, signType });
      expect(REPLIES_V2.acknowledged.body).toBe(requiredReply);
    },
  );
  test.each(vectors.map((vector) => [vector.id, vector] as [string, Vector]))(
    '%s: any flipped byte is refused',
    (_, vector) => {
      const { rawBody, parsed, key, signType } = vector;
      const bytes = Buffer.from(rawBody);
      const believed: number[] = [];
      for (let at = 0; at < bytes.length; at++) {
        const forged = Buffer.from(bytes);
        forged[at] = (forged[at] as number) ^ 1;
        try {
          const fields = readXml(forged);
          // a flip between two fields (a line break becoming a tab's neighbour) changes nothing that was signed
          if (
            findSigner(fields, [key], [signType]) &&
            JSON.stringify(Object.fromEntries(fields)) !== JSON.stringify(parsed)
          ) {
            believed.push(at);
          }
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_WXPAY_BAD_XML' });
        }
      }
      expect(believed).toEqual([]);
    },
  );
});

describeVectors('v2-primitives.json', ({ vector }) => {
  test('the MD5 of a key as 32 small hex digits', () => {
    const { input, expectedHexLower } = vector('md5-key-hex');
    expect(md5Hex(input)).toBe(expectedHexLower);
    expect(md5Hex(flip(input))).not.toBe(expectedHexLower);
  });
});
