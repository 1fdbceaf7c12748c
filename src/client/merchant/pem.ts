import { createPrivateKey, createPublicKey, KeyObject, X509Certificate } from 'node:crypto';

/** What a host gave as a key, identified before it is parsed. */
export interface Pem {
  kind: 'private key' | 'public key' | 'certificate' | 'other';
  /** In its regular form. Empty for a KeyObject. */
  text: string;
  key?: KeyObject;
  /** How errors name it. */
  says: string;
}

const KINDS: Readonly<Record<string, Pem['kind']>> = {
  'PRIVATE KEY': 'private key',
  'RSA PRIVATE KEY': 'private key',
  'PUBLIC KEY': 'public key',
  'RSA PUBLIC KEY': 'public key',
  CERTIFICATE: 'certificate',
};

/**
 * Reads the first PEM block of a text, in every form that environment variables and files leave it
 * in: `\n` as two characters, Windows line ends, one long line, quotes and blanks around it.
 */
export function readPem(value: unknown): Pem {
  if (value instanceof KeyObject) {
    if (value.type === 'secret') return other('a secret key');
    return {
      kind: value.type === 'private' ? 'private key' : 'public key',
      text: '',
      key: value,
      says: `a ${value.type} key`,
    };
  }
  if (!Buffer.isBuffer(value) && typeof value !== 'string')
    return other(value === undefined ? 'nothing' : `a ${typeof value}`);
  if (Buffer.isBuffer(value) && value[0] === DER_SEQUENCE) return readDer(value);
  const text = value.toString().replace(/\\r|\\n/g, '\n');
  const block = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/.exec(text);
  if (!block) return readBare(text);
  const [, label = '', body = ''] = block;
  const base64 = body.replace(/\s+/g, '');
  const kind = Object.hasOwn(KINDS, label) ? KINDS[label]! : 'other';
  // An encrypted traditional key carries headers before its base64.
  if (body.includes(':') || label === 'ENCRYPTED PRIVATE KEY') return other('a private key protected by a passphrase');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return {
    kind,
    text: [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n'),
    says: kind === 'other' ? `a PEM of the kind ${label}` : `a ${kind}`,
  };
}

/** The first byte of every key and certificate in DER. */
const DER_SEQUENCE = 0x30;

/**
 * Reads a text without a PEM block: the base64 of one (with or without its first and last line), or
 * something else.
 */
function readBare(text: string): Pem {
  const base64 = text.replace(/[\s"']+/g, '');
  if (base64.length < 64 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return other(withoutBlock(text));
  const bytes = Buffer.from(base64, 'base64');
  if (bytes[0] === DER_SEQUENCE) return readDer(bytes);
  if (bytes.toString('latin1').includes('-----BEGIN')) return readPem(bytes.toString());
  return other('base64 of neither PEM nor DER');
}

/** The kinds of keys and certificates in DER. They are identified by which of them can be read. */
const IN_DER: readonly { label: string; reads: (der: Buffer) => unknown }[] = [
  { label: 'PRIVATE KEY', reads: (key) => createPrivateKey({ key, format: 'der', type: 'pkcs8' }) },
  { label: 'RSA PRIVATE KEY', reads: (key) => createPrivateKey({ key, format: 'der', type: 'pkcs1' }) },
  { label: 'PUBLIC KEY', reads: (key) => createPublicKey({ key, format: 'der', type: 'spki' }) },
  { label: 'RSA PUBLIC KEY', reads: (key) => createPublicKey({ key, format: 'der', type: 'pkcs1' }) },
  { label: 'CERTIFICATE', reads: (der) => new X509Certificate(der) },
];

function readDer(der: Buffer): Pem {
  const found = IN_DER.find(({ reads }) => {
    try {
      return reads(der);
    } catch {
      return false;
    }
  });
  if (!found) return other('DER of neither an RSA key nor a certificate (a .p12 file is neither)');
  return readPem(`-----BEGIN ${found.label}-----${der.toString('base64')}-----END ${found.label}-----`);
}

export const seemsToBe = ({ says }: Pem): string => says;

const other = (says: string): Pem => ({ kind: 'other', text: '', says });

function withoutBlock(text: string): string {
  const bare = text.trim();
  if (bare === '') return 'an empty text';
  if (bare.includes('-----BEGIN')) return 'a PEM that is cut off';
  if (/\.(?:pem|p12|key|crt|cer)$/i.test(bare)) return 'a file name: read the file and give its text';
  return 'a text that is not PEM';
}
