import { createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { type PlatformKey, serialOf } from '../../../core/v3/certificates.js';
import { boolean, mustBe, optional, type Rule, type Rules, readOptions, withDefault } from '../../../util/options.js';
import { isPublicKeyId, merchantCertificate, merchantKey, platformKeys } from './key-rules.js';

/** Credentials of API v3. */
export interface V3Options {
  /** `apiclient_key.pem`: PEM text (also with `\n` escapes, as environment variables hold it) or a KeyObject. */
  privateKey: string | Buffer | KeyObject;
  /** The serial of the merchant's API certificate, 40 hex digits. */
  serial_no: string;
  /** `apiclient_cert.pem`. It is not sent: key and serial are checked against it. */
  certificate?: string | Buffer;
  /** The APIv3 key of 32 bytes. While it is being changed, several, which are tried in order. */
  apiV3Key: string | readonly string[];
  /**
   * The keys of WeChat Pay by serial: `{ PUB_KEY_ID_…: pem }` of the public key, `{ <40 hex>: pem
   * }` of a platform certificate. Without it, certificates are downloaded and kept up to date.
   */
  platformKeys?: Readonly<Record<string, string | Buffer | KeyObject>>;
  /**
   * Also downloads platform certificates. While a merchant moves from certificates to a public key,
   * notifications of both kinds arrive.
   *
   * @default `true`, unless every key of `platformKeys` is a `PUB_KEY_ID_…`
   */
  downloadCertificates?: boolean;
}

export interface ResolvedV3 {
  privateKey: KeyObject;
  serial_no: string;
  apiV3Keys: readonly Buffer[];
  platformKeys: ReadonlyMap<string, PlatformKey>;
  downloadCertificates: boolean;
}

/** The rule of the serial. openssl and browsers print it with colons or in lower case. */
const merchantSerial: Rule<string> = (given, name) => {
  const right = 'the serial of the merchant certificate, 40 hex digits';
  if (typeof given !== 'string') throw mustBe(name, `${right}, not ${typeof given}`);
  const serial = given.trim().replaceAll(':', '').toUpperCase();
  if (isPublicKeyId(serial)) throw mustBe(name, `${right}, and seems to hold the id of a platform public key`);
  if (!/^[0-9A-F]{8,40}$/.test(serial)) throw mustBe(name, right);
  return serial;
};

const apiV3Keys: Rule<readonly Buffer[]> = (given, name) => {
  const keys: unknown[] = Array.isArray(given) ? given : [given];
  if (keys.length === 0) throw mustBe(name, 'the APIv3 key, or several');
  return keys.map((key) => {
    if (typeof key !== 'string') throw mustBe(name, `a string of 32 bytes, not ${typeof key}`);
    const bytes = Buffer.from(key);
    if (bytes.length !== 32) throw mustBe(name, `exactly 32 bytes, and has ${bytes.length}`);
    return bytes;
  });
};

const RULES = {
  privateKey: merchantKey,
  serial_no: merchantSerial,
  certificate: optional(merchantCertificate),
  apiV3Key: apiV3Keys,
  platformKeys: withDefault(platformKeys, new Map()),
  downloadCertificates: optional(boolean),
} satisfies Rules<V3Options>;

/**
 * Checks the credentials of API v3.
 *
 * @throws {TypeError} names the option that is wrong and what it seems to contain, never its value
 */
export function resolveV3(options: V3Options, mchid?: string): ResolvedV3 {
  const read = readOptions('"v3"', options, RULES, 'v3.');
  const { privateKey, serial_no, certificate, apiV3Key, platformKeys } = read;
  if (certificate) checkCertificate(certificate, privateKey, serial_no, mchid);
  refuseOwnKey(platformKeys, createPublicKey(privateKey));
  const onlyPublic = platformKeys.size > 0 && [...platformKeys.keys()].every(isPublicKeyId);
  const { downloadCertificates = !onlyPublic } = read;
  if (!downloadCertificates && platformKeys.size === 0) {
    throw new TypeError('"v3.platformKeys" must hold a key when "v3.downloadCertificates" is false');
  }
  return { privateKey, serial_no, apiV3Keys: apiV3Key, platformKeys, downloadCertificates };
}

function checkCertificate(certificate: X509Certificate, privateKey: KeyObject, serial_no: string, mchid?: string) {
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new TypeError('"v3.certificate" belongs to another key than "v3.privateKey"');
  }
  if (serialOf(certificate) !== serial_no) {
    throw new TypeError(`"v3.serial_no" is not the serial of "v3.certificate", which is ${serialOf(certificate)}`);
  }
  // WeChat issues the certificate to the merchant number.
  const owner = /^CN=(\d{8,10})$/m.exec(certificate.subject)?.[1];
  if (mchid !== undefined && owner !== undefined && owner !== mchid) {
    throw new TypeError(`"mchid" is ${mchid}, and "v3.certificate" is that of ${owner}`);
  }
}

function refuseOwnKey(platformKeys: ReadonlyMap<string, PlatformKey>, own: KeyObject): void {
  for (const [serial, { key }] of platformKeys) {
    if (!key.equals(own)) continue;
    throw new TypeError(`"v3.platformKeys" must hold WeChat Pay's keys, and has the merchant's own under ${serial}`);
  }
}
