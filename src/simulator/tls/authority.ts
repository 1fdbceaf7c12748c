import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  X509Certificate,
} from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DAY } from '../../util/clock.js';
import { buildCertificate } from '../crypto/certificate.js';
import { authorityUsage, basicConstraints, onlyFor, subjectKey } from '../crypto/extensions.js';
import { pemOf } from '../crypto/rsa-keys.js';
import { OWN_NAMES, WECHAT_DOMAINS } from './hosts.js';

export const NAME = { CN: 'koa-wxpay simulator CA', O: 'Only for development' };
const LIFETIME = 10 * 365 * DAY;

/** What issues the certificates of the TLS listener. */
export interface Authority {
  privateKey: KeyObject;
  /** PEM: what clients must trust. */
  certificate: string;
}

/**
 * Makes an authority. Its key is random whatever the seed: who trusts it would otherwise trust
 * everybody who can read this program. It can only issue certificates for the hosts of WeChat, for
 * this machine and for the names that are given.
 *
 * @param now the real time, which the clients that check certificates use
 */
export function createAuthority(names: readonly string[], now = Date.now()): Authority {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicKey = createPublicKey(privateKey);
  const certificate = buildCertificate(
    {
      serial_no: `4${randomBytes(16).toString('hex')}`,
      subject: NAME,
      publicKey,
      notBefore: now - DAY,
      notAfter: now + LIFETIME,
      extensions: [
        basicConstraints(true),
        authorityUsage(),
        subjectKey(publicKey),
        onlyFor([...WECHAT_DOMAINS, ...OWN_NAMES, ...names]),
      ],
    },
    privateKey,
  );
  return { privateKey, certificate };
}

/**
 * The authority of a data folder, made at the first start: `ca.pem` and `ca-key.pem`.
 *
 * @throws {TypeError} when the files cannot be used
 */
export function authorityIn(folder: string, names: readonly string[]): Authority {
  const files = { certificate: join(folder, 'ca.pem'), key: join(folder, 'ca-key.pem') };
  if (!existsSync(files.certificate) || !existsSync(files.key)) {
    const made = createAuthority(names);
    writeFileSync(files.key, pemOf(made.privateKey), { mode: 0o600 });
    writeFileSync(files.certificate, made.certificate);
    return made;
  }
  const certificate = readFileSync(files.certificate, 'utf8');
  try {
    const privateKey = createPrivateKey(readFileSync(files.key, 'utf8'));
    const read = new X509Certificate(certificate);
    if (read.checkPrivateKey(privateKey) && Date.parse(read.validTo) > Date.now() + DAY) {
      return { privateKey, certificate };
    }
  } catch {
    // The files are no PEM: the same advice applies.
  }
  throw new TypeError(
    `${files.certificate} and ca-key.pem do not belong together or have expired: delete both, ` +
      'start again, and trust the new ca.pem',
  );
}
