import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { readPem } from '../../client/merchant/pem.js';
import type { Known, NamedKey, NamedSecret } from '../../explain/types.js';
import { readFile } from '../read-file.js';
import { UsageError } from '../usage.js';

/**
 * Reads key files: private keys, public keys and certificates in PEM or DER, and texts that are an APIv2 or an APIv3 key.
 *
 * @throws {UsageError} naming the file that holds none of these; never its content
 */
export function readKeys(files: readonly string[]): Required<Pick<Known, 'keys' | 'apiV2Keys' | 'apiV3Keys'>> {
  const keys: NamedKey[] = [];
  const secrets: NamedSecret[] = [];
  for (const file of files) {
    const read = readKey(file, readFile(file));
    if ('secret' in read) secrets.push(read);
    else keys.push(read);
  }
  return { keys: distinct(keys), apiV2Keys: secrets, apiV3Keys: secrets };
}

function readKey(file: string, content: Buffer): NamedKey | NamedSecret {
  const pem = readPem(content);
  try {
    if (pem.kind === 'certificate') return certificateKey(file, new X509Certificate(pem.text));
    if (pem.kind === 'private key') {
      return { label: file, key: createPublicKey(createPrivateKey(pem.text)), owner: 'merchant' };
    }
    if (pem.kind === 'public key') return { label: file, key: createPublicKey(pem.text) };
  } catch {
    throw new UsageError(`${file} holds ${pem.says} that cannot be read`);
  }
  const secret = content.toString().replace(/\r?\n$/, '');
  if (/^[\x21-\x7e]{16,64}$/.test(secret)) return { label: file, secret };
  throw new UsageError(
    `${file} holds ${pem.says}: expected a PEM (apiclient_key.pem, apiclient_cert.pem, pub_key.pem) or a file with an API key of 32 characters`,
  );
}

/** WeChat issues a merchant's certificate to its number, and its own to Tenpay. */
function certificateKey(file: string, { publicKey, serialNumber, subject }: X509Certificate): NamedKey {
  const mchid = /^CN=(\d{8,10})$/m.exec(subject)?.[1];
  const owner = mchid === undefined ? 'WeChat Pay' : 'merchant';
  const label = mchid === undefined ? file : `merchant ${mchid} (${file})`;
  return { label, key: publicKey, serial: serialNumber, owner, ...(mchid !== undefined && { mchid }) };
}

/** A private key and its certificate are one key, and the certificate knows more about it. */
const distinct = (keys: readonly NamedKey[]): NamedKey[] =>
  keys.filter(
    ({ key, serial }, at) =>
      !keys.some(
        (other, place) =>
          place !== at && other.key.equals(key) && (serial === undefined || place < at) && other.serial !== undefined,
      ),
  );
