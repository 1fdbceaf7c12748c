import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { buildCertificate } from '../../src/simulator/crypto/certificate.js';
import { alternativeNames } from '../../src/simulator/crypto/extensions.js';

const DAY = 86_400_000;

/** A TLS identity of this machine. A client that trusts `cert` trusts a server with it. */
export function tlsIdentity(now: number): { key: string; cert: string } {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const cert = buildCertificate(
    {
      serial_no: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
      subject: { CN: 'localhost' },
      publicKey: createPublicKey(privateKey),
      notBefore: now - DAY,
      notAfter: now + 365 * DAY,
      extensions: [alternativeNames(['localhost', '127.0.0.1'])],
    },
    privateKey,
  );
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert };
}
