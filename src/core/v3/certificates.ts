import { type KeyObject, X509Certificate } from 'node:crypto';
import { WxpayError } from '../errors.js';
import { FieldFault, isObject, object, readObject, text } from '../json.js';
import { openResource, readSealed, type SealedResource } from './envelope.js';
import type { Call } from './merchant.js';

/**
 * A key of WeChat Pay and the time it is valid, in milliseconds. A bare public key does not expire.
 */
export interface PlatformKey {
  key: KeyObject;
  notBefore: number;
  notAfter: number;
}

export const certificatesCall: Call = {
  operation: 'the platform certificates',
  method: 'GET',
  path: '/v3/certificates',
};

const bad = (message: string, cause?: unknown): WxpayError =>
  new WxpayError('ERR_WXPAY_BAD_ANSWER', `the platform certificates: ${message}`, { status: 502, cause });

/**
 * Returns the serial as WeChat writes it: upper-case hex, with as many digits as the certificate
 * has.
 */
export const serialOf = ({ serialNumber }: X509Certificate): string => serialNumber.toUpperCase();

/** Returns the key of a certificate with its dates. */
export const certificateKey = (certificate: X509Certificate): PlatformKey => ({
  key: certificate.publicKey,
  notBefore: Date.parse(certificate.validFrom),
  notAfter: Date.parse(certificate.validTo),
});

export const isValidAt = ({ notBefore, notAfter }: PlatformKey, now: number): boolean =>
  notBefore <= now && now <= notAfter;

/**
 * Reads the certificates of an answer by serial. That they can be opened proves that their author
 * knows the APIv3 key. The signature of the answer must still be verified, with the certificate of
 * this list that it names.
 *
 * @throws {WxpayError} `ERR_WXPAY_BAD_ANSWER` for another form, and for a certificate under a wrong
 * serial
 * @throws {VerificationError} `ERR_WXPAY_DECRYPT_FAILED` when no key opens one
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012551764
 */
export function readCertificates(body: Uint8Array, apiV3Keys: readonly Buffer[]): Map<string, PlatformKey> {
  const keys = new Map<string, PlatformKey>();
  for (const { serial_no, sealed } of sealedCertificates(body)) {
    const certificate = parse(openResource(sealed, apiV3Keys).plaintext);
    if (serialOf(certificate) !== serial_no) throw bad(`${serial_no} holds the certificate of another serial`);
    const key = certificateKey(certificate);
    if (key.key.asymmetricKeyType !== 'rsa') throw bad(`${serial_no} is not an RSA certificate`);
    keys.set(serial_no, key);
  }
  return keys;
}

function sealedCertificates(body: Uint8Array): { serial_no: string; sealed: SealedResource }[] {
  try {
    const list = readObject(body)?.data;
    if (!Array.isArray(list) || !list.every(isObject)) throw new FieldFault('data');
    return list.map((one) => ({
      serial_no: text(one, 'serial_no', /^[0-9A-F]{8,64}$/, 'data/'),
      sealed: readSealed(object(one, 'encrypt_certificate')),
    }));
  } catch (error) {
    throw error instanceof FieldFault ? bad(error.message) : error;
  }
}

function parse(pem: Buffer): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw bad('not an X.509 certificate', cause);
  }
}
