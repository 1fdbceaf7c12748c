import { createHash, type KeyObject } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import { bitString, boolean, explicit, implicit, objectId, octetString, sequence } from './der.js';

/** The extensions of X.509 certificates that TLS clients look at, each in DER. */

const extension = (id: string, value: Buffer, critical = false): Buffer =>
  sequence(objectId(id), ...(critical ? [boolean(true)] : []), octetString(value));

/** Whether the certificate is that of an authority, which issues only certificates of servers. */
export const basicConstraints = (isAuthority: boolean): Buffer => {
  const noIntermediates = Buffer.from([0x02, 0x01, 0x00]);
  const value = isAuthority ? sequence(boolean(true), noIntermediates) : sequence();
  return extension('2.5.29.19', value, true);
};

/** What an authority may do with its key: sign certificates and lists of revoked ones. */
export const authorityUsage = (): Buffer =>
  extension('2.5.29.15', bitString(Buffer.from([0x06]), 1), true);

/** What a server may do with its key: sign, and take in keys. */
export const serverUsage = (): Buffer =>
  extension('2.5.29.15', bitString(Buffer.from([0xa0]), 5), true);

/** The certificate is for the servers of TLS. */
export const serverPurpose = (): Buffer =>
  extension('2.5.29.37', sequence(objectId('1.3.6.1.5.5.7.3.1')));

const identifierOf = (key: KeyObject): Buffer =>
  createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();

/** Names the key of the certificate … */
export const subjectKey = (publicKey: KeyObject): Buffer =>
  extension('2.5.29.14', octetString(identifierOf(publicKey)));

/** … and that of its issuer. */
export const authorityKey = (publicKey: KeyObject): Buffer =>
  extension('2.5.29.35', sequence(implicit(0, identifierOf(publicKey))));

/** The names and addresses that a server certificate is valid for. */
export const alternativeNames = (names: readonly string[]): Buffer =>
  extension('2.5.29.17', sequence(...names.map((name) => generalName(name))));

/** The only names and addresses that an authority may issue certificates for, subdomains included. */
export const onlyFor = (names: readonly string[]): Buffer => {
  const subtrees = names.map((name) => sequence(generalName(name, true)));
  return extension('2.5.29.30', sequence(explicit(0, Buffer.concat(subtrees))), true);
};

/** @param masked an address is followed by its mask */
function generalName(name: string, masked = false): Buffer {
  const address = bytesOf(name);
  if (!address) return implicit(2, Buffer.from(name));
  const mask = Buffer.alloc(masked ? address.length : 0, 0xff);
  return implicit(7, Buffer.concat([address, mask]));
}

function bytesOf(name: string): Buffer | undefined {
  if (isIPv4(name)) return Buffer.from(name.split('.').map(Number));
  if (!isIPv6(name)) return undefined;
  const [head = '', tail] = name.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const after = tail === undefined ? [] : groups(tail);
  const missing = Array<string>(8 - groups(head).length - after.length).fill('0');
  const all = [...groups(head), ...missing, ...after].map((group) => group.padStart(4, '0'));
  return Buffer.from(all.join(''), 'hex');
}
