import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { checkNames, type Names } from '../../../core/names.js';
import { certificateKey, type PlatformKey, serialOf } from '../../../core/v3/certificates.js';
import { readPem, seemsToBe } from '../pem.js';

/** Credentials of API v3. */
export interface V3Options {
  /** `apiclient_key.pem`: PEM text (also with `\n` escapes, as environment variables hold it) or a KeyObject. */
  privateKey: string | Buffer | KeyObject;
  /** Serial of the merchant's API certificate, 40 hex digits. */
  serial_no: string;
  /** `apiclient_cert.pem`. Sent nowhere: key and serial are checked against it. */
  certificate?: string | Buffer;
  /** The APIv3 key of 32 bytes; several while it is being changed, tried in order. */
  apiV3Key: string | readonly string[];
  /**
   * Keys of WeChat Pay by serial: `{ PUB_KEY_ID_…: pem }` of the public key, `{ <40 hex>: pem }` of a platform certificate.
   * Absent: certificates are downloaded and kept fresh.
   */
  platformKeys?: Readonly<Record<string, string | Buffer | KeyObject>>;
  /**
   * Also download platform certificates. While a merchant moves from certificates to a public key, notifications of both kinds
   * arrive. @default `true`, unless every key of `platformKeys` is a `PUB_KEY_ID_…`
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

const NAMES: Names<V3Options> = {
  privateKey: true,
  serial_no: true,
  certificate: true,
  apiV3Key: true,
  platformKeys: true,
  downloadCertificates: true,
};

/** @throws {TypeError} naming the option that is wrong and what it seems to hold, never its value */
export function resolveV3(options: V3Options, mchid?: string): ResolvedV3 {
  if (typeof options !== 'object' || options === null) throw new TypeError('"v3" must be an object of credentials');
  checkNames('"v3"', options, NAMES);
  const privateKey = resolvePrivateKey(options.privateKey);
  const serial_no = resolveSerial(options.serial_no);
  if (options.certificate !== undefined) checkCertificate(options.certificate, privateKey, serial_no, mchid);
  const platformKeys = resolvePlatformKeys(options.platformKeys ?? {}, createPublicKey(privateKey));
  const onlyPublic = platformKeys.size > 0 && [...platformKeys.keys()].every(isPublicKeyId);
  const { downloadCertificates = !onlyPublic } = options;
  if (typeof downloadCertificates !== 'boolean') throw new TypeError('"v3.downloadCertificates" must be true or false');
  if (!downloadCertificates && platformKeys.size === 0) {
    throw new TypeError('"v3.platformKeys" must hold a key when "v3.downloadCertificates" is false');
  }
  return { privateKey, serial_no, apiV3Keys: resolveApiV3Keys(options.apiV3Key), platformKeys, downloadCertificates };
}

const isPublicKeyId = (serial: string): boolean => serial.startsWith('PUB_KEY_ID_');

function resolvePrivateKey(value: unknown): KeyObject {
  const wanted = '"v3.privateKey" must be the private key of the merchant (apiclient_key.pem)';
  const pem = readPem(value);
  if (pem.kind !== 'private key') throw new TypeError(`${wanted}, and seems to hold ${seemsToBe(pem)}`);
  return checkRsa(wanted, pem.key ?? parsed(wanted, () => createPrivateKey(pem.text)));
}

/** The parser's own error is left behind: it may quote what it read. */
function parsed<T>(wanted: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw new TypeError(`${wanted}, and holds one that cannot be read`);
  }
}

function checkRsa(wanted: string, key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== 'rsa') throw new TypeError(`${wanted}, an RSA key, not ${key.asymmetricKeyType}`);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < 2048) throw new TypeError(`${wanted}, of at least 2048 bits, not ${bits}`);
  return key;
}

function resolveSerial(value: unknown): string {
  const wanted = '"v3.serial_no" must be the serial of the merchant certificate, 40 hex digits';
  if (typeof value !== 'string') throw new TypeError(`${wanted}, not ${typeof value}`);
  // openssl and browsers print serials with colons or in lower case.
  const serial = value.trim().replaceAll(':', '').toUpperCase();
  if (isPublicKeyId(serial)) throw new TypeError(`${wanted}, and seems to hold the id of a platform public key`);
  if (!/^[0-9A-F]{8,40}$/.test(serial)) throw new TypeError(wanted);
  return serial;
}

function checkCertificate(value: unknown, privateKey: KeyObject, serial_no: string, mchid?: string): void {
  const wanted = '"v3.certificate" must be the certificate of the merchant (apiclient_cert.pem)';
  const certificate = readCertificate(wanted, value);
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

function readCertificate(wanted: string, value: unknown): X509Certificate {
  const pem = readPem(value);
  if (pem.kind !== 'certificate') throw new TypeError(`${wanted}, and seems to hold ${seemsToBe(pem)}`);
  return parsed(wanted, () => new X509Certificate(pem.text));
}

function resolveApiV3Keys(value: unknown): Buffer[] {
  const keys = Array.isArray(value) ? value : [value];
  if (keys.length === 0) throw new TypeError('"v3.apiV3Key" must be the APIv3 key, or several');
  return keys.map((key) => {
    if (typeof key !== 'string') throw new TypeError(`"v3.apiV3Key" must be a string of 32 bytes, not ${typeof key}`);
    const bytes = Buffer.from(key);
    if (bytes.length !== 32) throw new TypeError(`"v3.apiV3Key" must be exactly 32 bytes, and has ${bytes.length}`);
    return bytes;
  });
}

function resolvePlatformKeys(values: unknown, own: KeyObject): Map<string, PlatformKey> {
  if (typeof values !== 'object' || values === null) {
    throw new TypeError('"v3.platformKeys" must be an object such as { PUB_KEY_ID_0119000001: pem }');
  }
  return new Map(
    Object.entries(values).map(([serial, value]) => {
      if (!isPublicKeyId(serial) && !/^[0-9A-F]{8,40}$/.test(serial)) {
        throw new TypeError(
          `"v3.platformKeys" has ${JSON.stringify(serial)}: expected PUB_KEY_ID_… or a serial in capitals`,
        );
      }
      const key = resolvePlatformKey(serial, value);
      if (key.notAfter === Number.POSITIVE_INFINITY && /^\d{1,39}$/.test(serial)) {
        throw new TypeError(
          `"v3.platformKeys" has "${serial}": the id of a public key begins with PUB_KEY_ID_, prefix included`,
        );
      }
      if (key.key.equals(own)) {
        throw new TypeError(
          `"v3.platformKeys" must hold WeChat Pay's keys, and has the merchant's own under ${serial}`,
        );
      }
      return [serial, key];
    }),
  );
}

function resolvePlatformKey(serial: string, value: unknown): PlatformKey {
  const wanted = `"v3.platformKeys" must hold WeChat Pay's public key or certificate under ${serial}`;
  const pem = readPem(value);
  if (pem.kind === 'certificate') {
    const certificate = readCertificate(wanted, value);
    if (serialOf(certificate) !== serial) {
      throw new TypeError(`"v3.platformKeys" has the certificate of serial ${serialOf(certificate)} under ${serial}`);
    }
    const key = certificateKey(certificate);
    checkRsa(wanted, key.key);
    return key;
  }
  if (pem.kind !== 'public key') throw new TypeError(`${wanted}, and seems to hold ${seemsToBe(pem)}`);
  const key = checkRsa(wanted, pem.key ?? parsed(wanted, () => createPublicKey(pem.text)));
  return { key, notBefore: Number.NEGATIVE_INFINITY, notAfter: Number.POSITIVE_INFINITY };
}
