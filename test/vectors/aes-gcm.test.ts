import { X509Certificate } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { openGcm } from '../../src/core/crypto/aead.js';
import { readCertificates } from '../../src/core/v3/certificates.js';
import { sealGcm } from '../../src/simulator/crypto/seal.js';
import { describeVectors, type Vector } from '../support/vectors.js';

const open = ({ key, nonce, associated_data, ciphertext }: Vector): string =>
  openGcm(Buffer.from(key), nonce, associated_data ?? '', Buffer.from(ciphertext, 'base64')).toString();

describeVectors('aes-gcm.json', ({ vectors, vector }) => {
  const good = vectors.filter(({ plaintext }) => plaintext !== undefined);

  test.each(good)('$origin $id is opened and sealed again to the same bytes', (one) => {
    expect(open(one)).toBe(one.plaintext);
    const sealed = sealGcm(Buffer.from(one.key), one.nonce, one.associated_data, one.plaintext);
    expect(sealed.toString('base64')).toBe(one.ciphertext);
  });

  test.each(good)('any bit of the ciphertext of $id changed is refused', (one) => {
    const sealed = Buffer.from(one.ciphertext, 'base64');
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = changed[bit >> 3]! ^ (1 << (bit & 7));
      expect(() => open({ ...one, ciphertext: changed.toString('base64') })).toThrow();
    }
  });

  test.each(good)('another key, nonce or associated data does not open $id', (one) => {
    for (const name of ['key', 'nonce']) {
      const text: string = one[name];
      const changed = String.fromCharCode(text.charCodeAt(0) ^ 1) + text.slice(1);
      expect(() => open({ ...one, [name]: changed })).toThrow();
    }
    expect(() => open({ ...one, associated_data: `${one.associated_data} ` })).toThrow();
  });

  test.each(vectors.filter((one) => one.expect))('$id does not open', (one) => {
    expect(() => open(one)).toThrow();
  });

  test('a tag cut to four bytes is refused', () => {
    const one = vector('gcm-java-message');
    const sealed = Buffer.from(one.ciphertext, 'base64');
    expect(() => open({ ...one, ciphertext: sealed.subarray(0, -12).toString('base64') })).toThrow();
  });

  const lists = vectors.filter(({ response }) => response);

  test.each(lists)(
    'the certificate list of $origin is opened',
    ({ key, response, expectedSerial, expectedCertificatePem }) => {
      const keys = readCertificates(Buffer.from(JSON.stringify(response)), [Buffer.from(key)]);
      expect([...keys.keys()]).toEqual([expectedSerial]);
      expect(keys.get(expectedSerial)!.key.equals(new X509Certificate(expectedCertificatePem).publicKey)).toBe(true);
    },
  );

  test.each(lists)('the certificate of $origin is refused under another serial', ({ key, response }) => {
    const data = response.data.map((one: object) => ({
      ...one,
      serial_no: '5DEA10EF55877E3CF6C33255C2E7DEFFF7E427ED',
    }));
    expect(() => readCertificates(Buffer.from(JSON.stringify({ data })), [Buffer.from(key)])).toThrow(
      expect.objectContaining({ code: 'ERR_WXPAY_BAD_ANSWER' }),
    );
  });
});
