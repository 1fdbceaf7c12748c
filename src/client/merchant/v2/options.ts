import { createSecureContext } from 'node:tls';
import { checkNames, type Names } from '../../../core/names.js';
import type { SignTypeV2 } from '../../../core/v2/sign.js';
import { readPem } from '../pem.js';

/** Credentials of API v2. */
export interface V2Options {
  /** The APIv2 key of 32 characters; several while it is being changed: the first signs, all verify. */
  key: string | readonly string[];
  /** @default 'MD5', as WeChat's */
  signType?: SignTypeV2;
  /**
   * Algorithms accepted on notifications besides `signType`. WeChat has been seen signing a few HMAC orders with MD5; each use is
   * warned about as `sign_type_mismatch`. @default none
   */
  acceptSignTypes?: readonly SignTypeV2[];
  /** `apiclient_cert.p12`, or its base64: the client certificate, needed for refunds and fund-flow bills only. Its passphrase is the mchid. */
  pfx?: Buffer | string;
  /** Or `apiclient_cert.pem` … */
  cert?: string | Buffer;
  /** … with `apiclient_key.pem`. */
  privateKey?: string | Buffer;
}

/** What undici's `connect` takes. */
export type ClientCertificate = { pfx: Buffer; passphrase: string } | { cert: string | Buffer; key: string | Buffer };

export interface ResolvedV2 {
  keys: readonly [string, ...string[]];
  signType: SignTypeV2;
  acceptSignTypes: readonly SignTypeV2[];
  certificate: ClientCertificate | undefined;
}

const NAMES: Names<V2Options> = {
  key: true,
  signType: true,
  acceptSignTypes: true,
  pfx: true,
  cert: true,
  privateKey: true,
};

/** @throws TypeError naming the option that is wrong */
export function resolveV2(options: V2Options, mchid: string): ResolvedV2 {
  checkNames('"v2"', options, NAMES);
  const { key, signType = 'MD5', acceptSignTypes = [] } = options;
  const keys = typeof key === 'string' ? [key] : [...(key ?? [])];
  if (keys.length === 0) throw new TypeError('"v2.key" must be the APIv2 key, or several');
  for (const one of keys) {
    if (typeof one !== 'string' || !/^[\x21-\x7e]{32}$/.test(one)) {
      throw new TypeError(
        `"v2.key" must be 32 printable characters, not ${typeof one === 'string' ? one.length : typeof one}`,
      );
    }
  }
  for (const type of [signType, ...acceptSignTypes]) {
    if (type !== 'MD5' && type !== 'HMAC-SHA256') throw new TypeError(`"v2.signType" must be 'MD5' or 'HMAC-SHA256'`);
  }
  return {
    keys: keys as [string, ...string[]],
    signType,
    acceptSignTypes: [...new Set([signType, ...acceptSignTypes])],
    certificate: resolveCertificate(options, mchid),
  };
}

function resolveCertificate({ pfx, cert, privateKey }: V2Options, mchid: string): ClientCertificate | undefined {
  if (pfx !== undefined) {
    if (cert !== undefined || privateKey !== undefined)
      throw new TypeError('give "v2.pfx", or "v2.cert" and "v2.privateKey"');
    const bytes = typeof pfx === 'string' ? Buffer.from(pfx, 'base64') : pfx;
    return checked('v2.pfx', { pfx: bytes, passphrase: mchid });
  }
  if (cert === undefined && privateKey === undefined) return undefined;
  if (cert === undefined || privateKey === undefined) throw new TypeError('"v2.cert" and "v2.privateKey" go together');
  return checked('v2.cert', { cert: pemOf(cert), key: pemOf(privateKey) });
}

/** PEM, however it was given. What is none is left to the parser, which refuses it. */
const pemOf = (value: string | Buffer): string | Buffer => readPem(value).text || value;

/** The parser's own error is left behind: only its code says something to the reader. */
function checked(option: string, certificate: ClientCertificate): ClientCertificate {
  try {
    createSecureContext(certificate);
    return certificate;
  } catch (error) {
    throw new TypeError(`"${option}" ${whatIsWrong(error as Error)}`);
  }
}

function whatIsWrong({ message }: Error): string {
  if (/unsupported/i.test(message)) {
    return (
      'is encrypted with RC2, which OpenSSL 3 no longer reads: convert it with `openssl pkcs12 -legacy -in apiclient_cert.p12 ' +
      '-nodes -out all.pem` and `openssl pkcs12 -export -in all.pem -out apiclient_cert.p12`, passphrase the mchid both times'
    );
  }
  if (/mac verify/i.test(message)) return 'does not open with the mchid as its passphrase';
  if (/key values mismatch/i.test(message)) return 'belongs to another key than "v2.privateKey"';
  return 'must be the client certificate of the merchant (apiclient_cert.p12, or apiclient_cert.pem with apiclient_key.pem)';
}
