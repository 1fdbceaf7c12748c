import { createSign, type KeyObject } from 'node:crypto';
import {
  bitString,
  explicit,
  integer,
  nullValue,
  objectId,
  sequence,
  set,
  time,
  utf8String,
} from './der.js';

const ATTRIBUTES = { CN: '2.5.4.3', O: '2.5.4.10', OU: '2.5.4.11' } as const;
const SHA256_WITH_RSA = sequence(objectId('1.2.840.113549.1.1.11'), nullValue());

/** The name of a subject or an issuer. */
export type Name = { [name in keyof typeof ATTRIBUTES]?: string };

/** The contents of a certificate. Times are Unix milliseconds. */
export interface CertificateFacts {
  /** Hexadecimal. */
  serial_no: string;
  subject: Name;
  /** @default the subject */
  issuer?: Name;
  publicKey: KeyObject;
  notBefore: number;
  notAfter: number;
  /** In DER, see `extensions.ts`. */
  extensions?: readonly Buffer[];
}

/** Builds an X.509 certificate signed by `signer`; PEM. */
export function buildCertificate(facts: CertificateFacts, signer: KeyObject): string {
  const { serial_no, subject, publicKey, notBefore, notAfter, extensions = [] } = facts;
  const unsigned = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.from(serial_no, 'hex')),
    SHA256_WITH_RSA,
    nameOf(facts.issuer ?? subject),
    sequence(time(notBefore), time(notAfter)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(extensions.length > 0 ? [explicit(3, sequence(...extensions))] : []),
  );
  const signature = createSign('RSA-SHA256').update(unsigned).sign(signer);
  return toPem(sequence(unsigned, SHA256_WITH_RSA, bitString(signature)));
}

function toPem(der: Buffer): string {
  const text = der.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
}

const nameOf = (name: Name): Buffer =>
  sequence(
    ...Object.entries(name).map(([key, value]) =>
      set(
        sequence(objectId(ATTRIBUTES[key as keyof typeof ATTRIBUTES]), utf8String(String(value))),
      ),
    ),
  );
