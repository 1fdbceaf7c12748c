import { KeyObject } from 'node:crypto';

/** What a host gave as a key, told apart before it is parsed. */
export interface Pem {
  kind: 'private key' | 'public key' | 'certificate' | 'other';
  /** In its regular form; empty for a KeyObject. */
  text: string;
  key?: KeyObject;
  /** What to call it in an error. */
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
 * Reads the first PEM block of a text, however its line ends were lost on the way: `\n` as two characters, Windows line ends, one
 * long line, quotes and blanks around it.
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
  const text = value.toString().replace(/\\r|\\n/g, '\n');
  const block = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/.exec(text);
  if (!block) return other(withoutBlock(text));
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

export const seemsToBe = ({ says }: Pem): string => says;

const other = (says: string): Pem => ({ kind: 'other', text: '', says });

function withoutBlock(text: string): string {
  const bare = text.trim();
  if (bare === '') return 'an empty text';
  if (bare.includes('-----BEGIN')) return 'a PEM that is cut off';
  if (/\.(?:pem|p12|key|crt|cer)$/i.test(bare)) return 'a file name: read the file and give its text';
  return 'a text that is not PEM';
}
