import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { certificateKey, type PlatformKey, serialOf } from '../../../core/v3/certificates.js';
import { mustBe, type Rule } from '../../../util/options.js';
import { readPem, seemsToBe } from '../pem.js';

/** Keys of WeChat Pay have ids, and its certificates have serials. */
export const isPublicKeyId = (serial: string): boolean => serial.startsWith('PUB_KEY_ID_');

/** The rule of the merchant's private key: an RSA key of at least 2048 bits. */
export const merchantKey: Rule<KeyObject> = (given, name) => {
  const right = 'the private key of the merchant (apiclient_key.pem)';
  const pem = readPem(given);
  if (pem.kind !== 'private key') throw mustBe(name, `${right}, and seems to hold ${seemsToBe(pem)}`);
  const key = pem.key ?? parsed(name, right, () => createPrivateKey(pem.text));
  checkRsa(name, right, key);
  return key;
};

export const merchantCertificate: Rule<X509Certificate> = (given, name) =>
  readCertificate(name, 'the certificate of the merchant (apiclient_cert.pem)', given);

/** The rule of the keys of WeChat Pay, by id or serial. */
export const platformKeys: Rule<ReadonlyMap<string, PlatformKey>> = (given, name) => {
  if (typeof given !== 'object' || given === null) {
    throw mustBe(name, 'an object such as { PUB_KEY_ID_0119000001: pem }');
  }
  return new Map(Object.entries(given).map(([serial, value]) => [serial, platformKey(name, serial, value)]));
};

function platformKey(name: string, serial: string, value: unknown): PlatformKey {
  if (!isPublicKeyId(serial) && !/^[0-9A-F]{8,40}$/.test(serial)) {
    throw new TypeError(`"${name}" has ${JSON.stringify(serial)}: expected PUB_KEY_ID_… or a serial in capitals`);
  }
  const right = `an object with WeChat Pay's public key or certificate under ${serial}`;
  const pem = readPem(value);
  if (pem.kind === 'certificate') return platformCertificate(name, right, serial, value);
  if (pem.kind !== 'public key') throw mustBe(name, `${right}, and seems to hold ${seemsToBe(pem)}`);
  const key = pem.key ?? parsed(name, right, () => createPublicKey(pem.text));
  checkRsa(name, right, key);
  if (/^\d{1,39}$/.test(serial)) {
    throw new TypeError(`"${name}" has "${serial}": the id of a public key begins with PUB_KEY_ID_, prefix included`);
  }
  return { key, notBefore: Number.NEGATIVE_INFINITY, notAfter: Number.POSITIVE_INFINITY };
}

function platformCertificate(name: string, right: string, serial: string, value: unknown): PlatformKey {
  const certificate = readCertificate(name, right, value);
  if (serialOf(certificate) !== serial) {
    throw new TypeError(`"${name}" has the certificate of serial ${serialOf(certificate)} under ${serial}`);
  }
  const key = certificateKey(certificate);
  checkRsa(name, right, key.key);
  return key;
}

function readCertificate(name: string, right: string, value: unknown): X509Certificate {
  const pem = readPem(value);
  if (pem.kind !== 'certificate') throw mustBe(name, `${right}, and seems to hold ${seemsToBe(pem)}`);
  return parsed(name, right, () => new X509Certificate(pem.text));
}

/** The parser's own error is not kept as the cause: it may quote what it read. */
function parsed<T>(name: string, right: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw mustBe(name, `${right}, and holds one that cannot be read`);
  }
}

function checkRsa(name: string, right: string, key: KeyObject): void {
  if (key.asymmetricKeyType !== 'rsa') throw mustBe(name, `${right}, an RSA key, not ${key.asymmetricKeyType}`);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < 2048) throw mustBe(name, `${right}, of at least 2048 bits, not ${bits}`);
}
