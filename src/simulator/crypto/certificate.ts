import { createSign, type KeyObject } from 'node:crypto';
import {
  bitString,
  explicit,
  implicit,
  integer,
  nullValue,
  objectId,
  octetString,
  sequence,
  set,
  time,
  utf8String,
} from './der.js';

const ATTRIBUTES = { CN: '2.5.4.3', O: '2.5.4.10', OU: '2.5.4.11' } as const;
const SHA256_WITH_RSA = sequence(objectId('1.2.840.113549.1.1.11'), nullValue());
const SUBJECT_ALT_NAME = '2.5.29.17';

/** The contents of a certificate. Times are Unix milliseconds. */
export interface CertificateFacts {
  /** Hexadecimal. */
  serial_no: string;
  subject: { [name in keyof typeof ATTRIBUTES]?: string };
  publicKey: KeyObject;
  notBefore: number;
  notAfter: number;
  /** IPv4 addresses that a server certificate is valid for, in addition to `localhost`. */
  addresses?: readonly string[];
}

/** Builds an X.509 certificate whose issuer is its own subject, signed by `signer`; PEM. */
export function buildCertificate(facts: CertificateFacts, signer: KeyObject): string {
  const { serial_no, subject, publicKey, notBefore, notAfter, addresses } = facts;
  const unsigned = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.from(serial_no, 'hex')),
    SHA256_WITH_RSA,
    nameOf(subject),
    sequence(time(notBefore), time(notAfter)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(addresses ? [explicit(3, sequence(alternativeNames(addresses)))] : []),
  );
  const signature = createSign('RSA-SHA256').update(unsigned).sign(signer);
  return toPem(sequence(unsigned, SHA256_WITH_RSA, bitString(signature)));
}

function toPem(der: Buffer): string {
  const text = der.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
}

const nameOf = (name: CertificateFacts['subject']): Buffer =>
  sequence(
    ...Object.entries(name).map(([key, value]) =>
      set(
        sequence(objectId(ATTRIBUTES[key as keyof typeof ATTRIBUTES]), utf8String(String(value))),
      ),
    ),
  );

function alternativeNames(addresses: readonly string[]): Buffer {
  const ip = (address: string) => implicit(7, Buffer.from(address.split('.').map(Number)));
  const names = sequence(implicit(2, Buffer.from('localhost')), ...addresses.map(ip));
  return sequence(objectId(SUBJECT_ALT_NAME), octetString(names));
}
