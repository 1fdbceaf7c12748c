import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { DAY } from '../../util/clock.js';
import { buildCertificate } from '../crypto/certificate.js';
import {
  alternativeNames,
  authorityKey,
  basicConstraints,
  serverPurpose,
  serverUsage,
  subjectKey,
} from '../crypto/extensions.js';
import { pemOf } from '../crypto/rsa-keys.js';
import type { TlsIdentity } from '../http/tls-server.js';
import type { HostSwitches } from '../scenarios/hosts.js';
import { type Authority, createAuthority, NAME } from './authority.js';
import { OWN_NAMES, WECHAT_HOSTS } from './hosts.js';

/** Browsers refuse certificates that are valid for longer. */
const LIFETIME = 397 * DAY;

/**
 * The identities of the TLS listener: a good one for the hosts of WeChat and this machine, and
 * those that a client must refuse. Each is made when it is first used.
 *
 * @param names further names of this machine
 */
export function createIdentities(
  authority: Authority,
  names: readonly string[],
): (kind: HostSwitches['certificate']) => TlsIdentity {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const all = [...WECHAT_HOSTS, ...OWN_NAMES, ...names];
  const now = Date.now();
  const makers: Record<HostSwitches['certificate'], () => TlsIdentity> = {
    good: () => issue(authority, privateKey, all, now - DAY),
    untrusted: () => issue(createAuthority(names), privateKey, all, now - DAY),
    expired: () => issue(authority, privateKey, all, now - LIFETIME - DAY),
    otherName: () => issue(authority, privateKey, ['other.weixin.qq.com'], now - DAY),
  };
  const made = new Map<string, TlsIdentity>();
  return (kind) => {
    const identity = made.get(kind) ?? makers[kind]();
    made.set(kind, identity);
    return identity;
  };
}

function issue(
  authority: Authority,
  privateKey: KeyObject,
  names: readonly string[],
  notBefore: number,
): TlsIdentity {
  const publicKey = createPublicKey(privateKey);
  const cert = buildCertificate(
    {
      serial_no: `5${randomBytes(16).toString('hex')}`,
      subject: { CN: names[0] ?? '' },
      issuer: NAME,
      publicKey,
      notBefore,
      notAfter: notBefore + LIFETIME,
      extensions: [
        basicConstraints(false),
        serverUsage(),
        serverPurpose(),
        subjectKey(publicKey),
        authorityKey(createPublicKey(authority.privateKey)),
        alternativeNames(names),
      ],
    },
    authority.privateKey,
  );
  return { key: pemOf(privateKey), cert };
}
