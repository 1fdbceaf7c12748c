import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readPem } from '../../../client/merchant/pem.js';
import type { V3Facts } from '../facts.js';
import { error, type Finding, ok, warning } from '../finding.js';

const VERIFYING = 'Answers and notifications could not be verified: no payment would be settled.';

/**
 * Whether the keys of WeChat Pay can be read and have the right ids.
 *
 * @param own the public half of the merchant's key
 */
export function checkPlatformKeys({ platformKeys }: V3Facts, own: KeyObject | undefined, now: number): Finding[] {
  const entries = Object.entries(platformKeys ?? {});
  if (entries.length > 0) return entries.flatMap(([id, value]) => checkKey(id, value, own, now));
  return [
    warning(
      'v3.platformKeys',
      'no key of WeChat Pay is given',
      'Platform certificates are downloaded then, which merchants that registered since 2024 do not have.',
      'Merchant platform → API安全 → 微信支付公钥: give its id PUB_KEY_ID_… and pub_key.pem.',
    ),
  ];
}

function checkKey(id: string, value: unknown, own: KeyObject | undefined, now: number): Finding[] {
  const subject = `v3.platformKeys.${id}`;
  const wrong = (what: string, fix: string): Finding[] => [error(subject, what, VERIFYING, fix)];
  const pem = readPem(value);
  try {
    const certificate = pem.kind === 'certificate' ? new X509Certificate(pem.text) : undefined;
    if (!certificate && pem.kind !== 'public key') {
      return wrong(`it seems to hold ${pem.says}`, 'Give pub_key.pem, or a platform certificate.');
    }
    const key = certificate?.publicKey ?? pem.key ?? createPublicKey(pem.text);
    if (own?.equals(key))
      return wrong(
        'it is the merchant’s own key',
        'Give WeChat Pay’s public key (pub_key.pem), not apiclient_cert.pem.',
      );
    return certificate ? checkId(subject, id, certificate, now) : checkPublicKeyId(subject, id);
  } catch {
    return wrong('it cannot be read', 'Give the whole text of the file, first and last line included.');
  }
}

function checkPublicKeyId(subject: string, id: string): Finding[] {
  if (/^PUB_KEY_ID_\d{10,}$/.test(id)) return [ok(subject, 'is a public key with its id')];
  const fix = 'Give the id as the merchant platform shows it, with its prefix PUB_KEY_ID_.';
  return [error(subject, 'the id of a public key is PUB_KEY_ID_ and digits', VERIFYING, fix)];
}

function checkId(subject: string, id: string, certificate: X509Certificate, now: number): Finding[] {
  if (id !== certificate.serialNumber) {
    return [
      error(
        subject,
        `the certificate has the serial ${certificate.serialNumber}`,
        VERIFYING,
        'Give it under its own serial.',
      ),
    ];
  }
  if (Date.parse(certificate.validTo) < now) {
    return [
      error(
        subject,
        `the certificate expired on ${certificate.validTo}`,
        VERIFYING,
        'Leave it out: the present ones are downloaded.',
      ),
    ];
  }
  return [ok(subject, `is a certificate that is valid until ${certificate.validTo}`)];
}
