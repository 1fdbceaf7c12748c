import { createPublicKey, type KeyObject } from 'node:crypto';
import { DAY } from '../../util/clock.js';
import { buildCertificate } from './certificate.js';
import { serialFor } from './rsa-keys.js';

/** How long every certificate of the simulator is valid. */
export const VALIDITY = 10 * 365 * DAY;

interface SelfSigned {
  /** @default one that belongs to the key */
  serial_no?: string;
  subject: { CN: string; O: string };
  notBefore: number;
}

/** Issues a certificate that its own key signs: the receiver compares it with a known one. */
export function selfSigned(privateKey: KeyObject, facts: SelfSigned): string {
  return buildCertificate(
    {
      serial_no: serialFor(privateKey),
      ...facts,
      publicKey: createPublicKey(privateKey),
      notAfter: facts.notBefore + VALIDITY,
    },
    privateKey,
  );
}
