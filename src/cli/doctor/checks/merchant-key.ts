import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readPem } from '../../../client/merchant/pem.js';
import { DAY } from '../../../util/clock.js';
import type { V3Facts } from '../facts.js';
import { error, type Finding, ok, warning } from '../finding.js';

/** What is known about a key that was checked. */
export interface KeyFindings {
  /** The public half of the merchant's key. */
  key?: KeyObject;
  findings: Finding[];
}

/** Whether the private key of the merchant can be read and used. */
export function checkPrivateKey({ privateKey }: V3Facts): KeyFindings {
  const subject = 'v3.privateKey';
  if (privateKey === undefined) return { findings: [] };
  const wrong = (what: string, fix: string): KeyFindings => ({ findings: [error(subject, what, SIGNING, fix)] });
  const pem = readPem(privateKey);
  if (pem.kind !== 'private key') return wrong(`it seems to hold ${pem.says}`, 'Give the text of apiclient_key.pem.');
  try {
    const key = pem.key ?? createPrivateKey(pem.text);
    const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
    if (key.asymmetricKeyType !== 'rsa')
      return wrong(`it is a key of ${key.asymmetricKeyType}`, 'Give apiclient_key.pem, an RSA key.');
    if (modulusLength < 2048)
      return wrong(`it has ${modulusLength} bits`, 'Request a certificate with a key of 2048 bits.');
    return { key: createPublicKey(key), findings: [ok(subject, `an RSA key of ${modulusLength} bits`)] };
  } catch {
    return wrong('it cannot be read', 'Give the whole text of apiclient_key.pem, first and last line included.');
  }
}

const SIGNING = 'Every request is signed with it: WeChat Pay would answer 401 SIGN_ERROR.';

/**
 * Whether certificate, private key, serial number and merchant number belong together.
 *
 * @param key the public half of the private key
 * @param now Unix milliseconds
 */
export function checkCertificate(
  { certificate, serial_no }: V3Facts,
  { key, mchid, now }: { key: KeyObject | undefined; mchid: string | undefined; now: number },
): Finding[] {
  const read = certificate === undefined ? undefined : readCertificate(certificate);
  if (read === 'unreadable') {
    const what = `it seems to hold ${readPem(certificate).says}`;
    return [
      error('v3.certificate', what, 'Key and serial number cannot be compared with it.', 'Give apiclient_cert.pem.'),
    ];
  }
  return [
    ...(read ? [...belongsTo(read, key), ...ownerFindings(read, mchid), ...ageFindings(read, now)] : []),
    ...serialFindings(serial_no, read),
  ];
}

function readCertificate(certificate: unknown): X509Certificate | 'unreadable' {
  const pem = readPem(certificate);
  if (pem.kind !== 'certificate') return 'unreadable';
  try {
    return new X509Certificate(pem.text);
  } catch {
    return 'unreadable';
  }
}

function belongsTo({ publicKey }: X509Certificate, key: KeyObject | undefined): Finding[] {
  if (key === undefined) return [];
  if (publicKey.equals(key)) return [ok('v3.certificate', 'belongs to v3.privateKey')];
  return [
    error(
      'v3.certificate',
      'it belongs to another key than v3.privateKey',
      SIGNING,
      'Use apiclient_key.pem and apiclient_cert.pem of one download; after a renewal, change both.',
    ),
  ];
}

function ownerFindings({ subject }: X509Certificate, mchid: string | undefined): Finding[] {
  const owner = /^CN=(\d{8,10})$/m.exec(subject)?.[1];
  if (owner === undefined || mchid === undefined || owner === mchid) return [];
  return [
    error(
      'mchid',
      `it is ${mchid}, and the certificate is that of ${owner}`,
      SIGNING,
      'Use the certificate of this merchant.',
    ),
  ];
}

function ageFindings({ validTo }: X509Certificate, now: number): Finding[] {
  const left = Math.floor((Date.parse(validTo) - now) / DAY);
  if (left > 30) return [];
  const fix = 'Request a new certificate in the merchant platform, and change key and serial number together.';
  const why = 'WeChat Pay answers "商户证书已过期" afterwards.';
  return left < 0
    ? [error('v3.certificate', `it expired on ${validTo}`, why, fix)]
    : [warning('v3.certificate', `it expires in ${left} days, on ${validTo}`, why, fix)];
}

function serialFindings(serial_no: unknown, certificate: X509Certificate | undefined): Finding[] {
  const subject = 'v3.serial_no';
  if (serial_no === undefined) return [];
  const serial = String(serial_no).trim();
  if (serial.startsWith('PUB_KEY_ID_')) {
    return [
      error(
        subject,
        'it is the id of WeChat Pay’s public key',
        SIGNING,
        'Give the serial of the merchant certificate; the id belongs into platformKeys.',
      ),
    ];
  }
  const plain = serial.replaceAll(':', '').toUpperCase();
  if (!/^[0-9A-F]{8,40}$/.test(plain)) {
    return [
      error(
        subject,
        'it is not a number of 40 hex digits',
        SIGNING,
        `Run: openssl x509 -in apiclient_cert.pem -noout -serial`,
      ),
    ];
  }
  if (certificate && plain.padStart(40, '0') !== certificate.serialNumber.padStart(40, '0')) {
    return [
      error(
        subject,
        `the certificate has the serial ${certificate.serialNumber}`,
        SIGNING,
        'Use the serial of this certificate.',
      ),
    ];
  }
  if (plain === serial)
    return [ok(subject, certificate ? 'is that of the certificate' : 'is 40 hex digits in capitals')];
  return [
    warning(
      subject,
      'it is written with colons or in lower case',
      'Some SDKs compare serial numbers letter by letter.',
      `Write ${plain}.`,
    ),
  ];
}
