import { createSecureContext } from 'node:tls';
import type { SignTypeV2 } from '../../../core/v2/sign.js';
import {
  given,
  listOf,
  mustBe,
  oneOf,
  type Read,
  type Rule,
  type Rules,
  readOptions,
  withDefault,
} from '../../../util/options.js';
import { readPem } from '../pem.js';

/** Credentials of API v2. */
export interface V2Options {
  /**
   * The APIv2 key of 32 characters. While it is being changed, several: the first signs and all
   * verify.
   */
  key: string | readonly string[];
  /** The algorithm of signatures. @default 'MD5', as WeChat's */
  signType?: SignTypeV2;
  /**
   * Algorithms accepted on notifications in addition to `signType`. WeChat has been seen to sign a
   * few HMAC orders with MD5. Each use emits the warning `WXPAY_SIGN_TYPE_MISMATCH`.
   *
   * @default none
   */
  acceptSignTypes?: readonly SignTypeV2[];
  /**
   * `apiclient_cert.p12`, or its base64; its passphrase is the mchid. The client certificate of the connection, which WeChat asks
   * for with refunds and fund-flow bills only.
   */
  clientPfx?: Buffer | string;
  /** The same as PEM: `apiclient_cert.pem`. It goes with `clientKey`. */
  clientCertificate?: string | Buffer;
  /** `apiclient_key.pem`, the key of `clientCertificate`. */
  clientKey?: string | Buffer;
}

/** What undici's `connect` takes. */
export type ClientCertificate = { pfx: Buffer; passphrase: string } | { cert: string | Buffer; key: string | Buffer };

export interface ResolvedV2 {
  keys: readonly [string, ...string[]];
  signType: SignTypeV2;
  acceptSignTypes: readonly SignTypeV2[];
  clientCertificate: ClientCertificate | undefined;
}

const signType = oneOf('MD5', 'HMAC-SHA256');

const apiV2Keys: Rule<readonly [string, ...string[]]> = (given, name) => {
  const keys: unknown[] = typeof given === 'string' ? [given] : [...((given ?? []) as readonly unknown[])];
  if (keys.length === 0) throw mustBe(name, 'the APIv2 key, or several');
  for (const key of keys) {
    if (typeof key === 'string' && /^[\x21-\x7e]{32}$/.test(key)) continue;
    throw mustBe(name, `32 printable characters, not ${typeof key === 'string' ? key.length : typeof key}`);
  }
  return keys as [string, ...string[]];
};

type Material = string | Buffer | undefined;

const RULES = {
  key: apiV2Keys,
  signType: withDefault(signType, 'MD5'),
  acceptSignTypes: withDefault(listOf(signType), []),
  clientPfx: given as Rule<Material>,
  clientCertificate: given as Rule<Material>,
  clientKey: given as Rule<Material>,
} satisfies Rules<V2Options>;

/**
 * Checks the credentials of API v2.
 *
 * @throws {TypeError} names the option that is wrong
 */
export function resolveV2(options: V2Options, mchid: string): ResolvedV2 {
  const read = readOptions('"v2"', options, RULES, 'v2.');
  const { key: keys, signType, acceptSignTypes } = read;
  return {
    keys,
    signType,
    acceptSignTypes: [...new Set([signType, ...acceptSignTypes])],
    clientCertificate: resolveCertificate(read, mchid),
  };
}

function resolveCertificate(
  { clientPfx, clientCertificate, clientKey }: Read<typeof RULES>,
  mchid: string,
): ClientCertificate | undefined {
  if (clientPfx !== undefined) {
    if (clientCertificate !== undefined || clientKey !== undefined) {
      throw new TypeError('give "v2.clientPfx", or "v2.clientCertificate" and "v2.clientKey"');
    }
    const pfx = typeof clientPfx === 'string' ? Buffer.from(clientPfx, 'base64') : clientPfx;
    return checked('v2.clientPfx', { pfx, passphrase: mchid });
  }
  if (clientCertificate === undefined && clientKey === undefined) return undefined;
  if (clientCertificate === undefined || clientKey === undefined) {
    throw new TypeError('"v2.clientCertificate" and "v2.clientKey" go together');
  }
  return checked('v2.clientCertificate', { cert: pemOf(clientCertificate), key: pemOf(clientKey) });
}

/** Converts a key to PEM. What cannot be converted is passed on, and the parser refuses it. */
const pemOf = (value: string | Buffer): string | Buffer => readPem(value).text || value;

/** The parser's own error is not kept as the cause: only its kind is useful to the reader. */
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
  if (/key values mismatch/i.test(message)) return 'belongs to another key than "v2.clientKey"';
  return 'must be the client certificate of the merchant (apiclient_cert.p12, or apiclient_cert.pem with apiclient_key.pem)';
}
