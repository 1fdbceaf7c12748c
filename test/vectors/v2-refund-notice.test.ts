import { expect, test } from '@jest/globals';
import { openEcb } from '../../src/core/crypto/aes-ecb.js';
import { md5Hex } from '../../src/core/crypto/digest.js';
import { openReqInfo } from '../../src/core/v2/refund-notice.js';
import { readXml } from '../../src/core/v2/xml/read.js';
import { sealEcb } from '../../src/simulator/crypto/seal.js';
import { describeVectors } from '../support/vectors.js';

describeVectors('aes-ecb-req-info.json', ({ vector }) => {
  test('the PHP library seals and opens the same', () => {
    const { aesKeyText, plaintext, ciphertextBase64 } = vector('ecb-php-hello');
    expect(openEcb(aesKeyText, Buffer.from(ciphertextBase64, 'base64')).toString()).toBe(plaintext);
    expect(sealEcb(aesKeyText, plaintext).toString('base64')).toBe(ciphertextBase64);
  });

  const { apiV2Key, aesKeyText, reqInfoBase64, plaintext } = vector('ecb-req-info-real');

  test('the AES key is the MD5 of the API key, as small hex', () => expect(md5Hex(apiV2Key)).toBe(aesKeyText));

  test('a real req_info opens, also with the second of two keys', () => {
    const expected = readXml(plaintext, 'root');
    expect(openReqInfo([apiV2Key], reqInfoBase64)).toEqual({ inner: expected, keyIndex: 0 });
    expect(openReqInfo(['x'.repeat(32), apiV2Key], reqInfoBase64)).toEqual({ inner: expected, keyIndex: 1 });
    expect(sealEcb(aesKeyText, plaintext).toString('base64')).toBe(reqInfoBase64);
  });

  test('another key does not open it', () => {
    expect(() => openReqInfo(['x'.repeat(32)], reqInfoBase64)).toThrow(
      expect.objectContaining({ code: 'ERR_WXPAY_DECRYPT_FAILED' }),
    );
  });

  test('no flipped bit of any block leaves what it said: it is refused, or it says something else', () => {
    const sealed = Buffer.from(reqInfoBase64, 'base64');
    const whole = JSON.stringify([...readXml(plaintext, 'root')]);
    for (let at = 0; at < sealed.length; at += 7) {
      const forged = Buffer.from(sealed);
      forged[at] = (forged[at] as number) ^ 1;
      let said = 'refused';
      try {
        said = JSON.stringify([...openReqInfo([apiV2Key], forged.toString('base64')).inner]);
      } catch (error) {
        expect(error).toMatchObject({ code: 'ERR_WXPAY_DECRYPT_FAILED' });
      }
      expect(said).not.toBe(whole);
    }
  });
});
