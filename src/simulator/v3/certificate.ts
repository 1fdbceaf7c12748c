import { createSign, type KeyObject } from 'node:crypto';
import { bits, explicit, implicit, integer, nothing, octets, oid, sequence, set, time, utf8 } from './der.js';

const NAMES = { CN: '2.5.4.3', O: '2.5.4.10', OU: '2.5.4.11' } as const;

/** What a certificate says. */
export interface CertificateFacts {
  /** Hex. */
  serial_no: string;
  subject: { [name in keyof typeof NAMES]?: string };
  publicKey: KeyObject;
  /** Unix seconds. */
  notBefore: number;
  notAfter: number;
  /** IPv4 addresses a server certificate stands for, besides `localhost`. */
  addresses?: readonly string[];
}

const SHA256_RSA = sequence(oid('1.2.840.113549.1.1.11'), nothing());

/** An X.509 certificate that `signer` signed in its own name, with SHA-256; as PEM. */
export function buildCertificate(facts: CertificateFacts, signer: KeyObject): string {
  const { serial_no, subject, publicKey, notBefore, notAfter, addresses } = facts;
  const unsigned = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.from(serial_no, 'hex')),
    SHA256_RSA,
    nameOf(subject),
    sequence(time(notBefore), time(notAfter)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(addresses ? [explicit(3, sequence(alternativeNames(addresses)))] : []),
  );
  const signature = createSign('RSA-SHA256').update(unsigned).sign(signer);
  const text = sequence(unsigned, SHA256_RSA, bits(signature)).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${text.replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

const nameOf = (name: CertificateFacts['subject']): Buffer =>
  sequence(
    ...Object.entries(name).map(([key, value]) =>
      set(sequence(oid(NAMES[key as keyof typeof NAMES]), utf8(value as string))),
    ),
  );

const alternativeNames = (addresses: readonly string[]): Buffer =>
  sequence(
    oid('2.5.29.17'),
    octets(
      sequence(
        implicit(2, Buffer.from('localhost')),
        ...addresses.map((address) => implicit(7, Buffer.from(address.split('.').map(Number)))),
      ),
    ),
  );
