import { createPublicKey, type KeyObject } from 'node:crypto';
import { DAY } from '../../util/clock.js';
import { buildCertificate } from './certificate.js';
import { keyFor, pemOf, serialFor } from './rsa-keys.js';

/** How long every certificate of the simulator is valid. */
export const VALIDITY = 5 * 365 * DAY;

interface SelfSigned {
  subject: { CN: string; O: string };
  notBefore: number;
  addresses?: readonly string[];
}

/** Issues a certificate that its own key signs: the receiver compares it with a known one. */
export function selfSigned(privateKey: KeyObject, facts: SelfSigned): string {
  return buildCertificate(
    {
      ...facts,
      serial_no: serialFor(privateKey),
      publicKey: createPublicKey(privateKey),
      notAfter: facts.notBefore + VALIDITY,
    },
    privateKey,
  );
}

/** A TLS identity for this machine. A client that trusts `cert` trusts the listener. */
export function tlsIdentity(now: number): { key: string; cert: string } {
  const privateKey = keyFor('tls');
  const cert = selfSigned(privateKey, {
    subject: { CN: 'localhost', O: 'koa-wxpay simulator' },
    notBefore: now - DAY,
    addresses: ['127.0.0.1'],
  });
  return { key: pemOf(privateKey), cert };
}
