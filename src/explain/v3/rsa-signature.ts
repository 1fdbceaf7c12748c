import { constants, createHash, type KeyObject, publicDecrypt, verify } from 'node:crypto';

/** The hashes whose prefix (DigestInfo) a signature may contain. */
const PREFIXES: readonly (readonly [hash: string, prefix: string])[] = [
  ['sha256', '3031300d060960864801650304020105000420'],
  ['sha1', '3021300906052b0e03021a05000414'],
  ['md5', '3020300c06082a864886f70d020505000410'],
  ['sha512', '3051300d060960864801650304020305000440'],
];

/** What a signature says about itself, opened with the public key of its maker. */
export interface Recovered {
  /** How to call the algorithm. */
  algorithm: string;
  /** Whether it is the documented one. */
  documented: boolean;
  /** Whether the key made the signature, whatever it covers. Otherwise only a text that it covers shows that. */
  certain: boolean;
  /** Whether the signature covers these bytes. */
  covers(bytes: Buffer): boolean;
}

/**
 * Opens a signature with a public key. An RSA signature shows its digest to everyone who has the public key, so that a wrong key and
 * a wrong text can be told apart.
 *
 * @returns `undefined` when another key made the signature
 */
export function recover(key: KeyObject, signature: Buffer): Recovered | undefined {
  const content = opened(key, signature, constants.RSA_PKCS1_PADDING);
  if (content) return readContent(content);
  const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
  // A signature of PSS ends with this byte; by chance another one does once in 256.
  if (opened(key, signature, constants.RSA_NO_PADDING)?.at(-1) !== 0xbc) return undefined;
  const covers = (bytes: Buffer): boolean => verify('sha256', bytes, pss, signature);
  return { algorithm: 'RSA-PSS over SHA-256', documented: false, certain: false, covers };
}

function readContent(content: Buffer): Recovered {
  const hex = content.toString('hex');
  for (const [hash, prefix] of PREFIXES) {
    if (!hex.startsWith(prefix)) continue;
    const digest = content.subarray(prefix.length / 2);
    const documented = hash === 'sha256';
    return { algorithm: `RSA over ${hash.toUpperCase()}`, documented, certain: true, covers: hashesTo(hash, digest) };
  }
  const covers = (bytes: Buffer): boolean => content.equals(bytes) || hashesTo('sha256', content)(bytes);
  return { algorithm: 'bare RSA, without the name of the hash (DigestInfo)', documented: false, certain: true, covers };
}

const hashesTo = (hash: string, digest: Buffer) => (bytes: Buffer) =>
  createHash(hash).update(bytes).digest().equals(digest);

function opened(key: KeyObject, signature: Buffer, padding: number): Buffer | undefined {
  try {
    return publicDecrypt({ key, padding }, signature);
  } catch {
    return undefined;
  }
}
