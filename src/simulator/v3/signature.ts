import { signSha256 } from '../../core/crypto/rsa.js';
import { lines } from '../../core/v3/message.js';
import { letters } from '../random.js';
import type { Merchant, World } from '../world.js';
import { keyFor, type PlatformSigner } from './keys.js';

/** What may be wrong with the headers that sign an answer or a notification of API v3. */
export interface SignatureFault {
  /** WeChat's own probe: a signature that begins with `WECHATPAY/SIGNTEST/`. What is sent in its place next is signed well. */
  signTest?: boolean;
  /** Well signed ten minutes ago. */
  staleTimestamp?: boolean;
  /** Well signed with a key nobody knows, under its serial. */
  unknownSerial?: boolean;
  /** Proxies drop such headers. */
  missingHeaders?: boolean;
  /** Every header twice. */
  duplicateHeaders?: boolean;
}

const STALE_SECONDS = 600;

/** The headers that sign `body` now, or with what a switch wants wrong about them. */
export function signatureHeaders(
  { clock, random }: Pick<World, 'clock' | 'random'>,
  signer: PlatformSigner,
  body: string | Buffer,
  fault: SignatureFault & { badSignature?: boolean } = {},
): Record<string, string | string[]> {
  if (fault.missingHeaders) return {};
  const { serial, privateKey } = fault.unknownSerial ? stranger() : signer;
  const timestamp = String(clock.now() - (fault.staleTimestamp ? STALE_SECONDS : 0));
  const nonce = letters(random, 32);
  const key = fault.badSignature ? stranger().privateKey : privateKey;
  const signature = fault.signTest
    ? `WECHATPAY/SIGNTEST/${random(237).toString('base64')}`
    : signSha256(key, lines(timestamp, nonce), body, '\n');
  const headers = {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-signature': signature,
    'wechatpay-serial': serial,
    'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
  };
  if (!fault.duplicateHeaders) return headers;
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value, value]]));
}

const stranger = (): PlatformSigner => ({
  serial: '5FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF',
  privateKey: keyFor('stranger'),
});

/** The key an answer is signed with: the one asked for, or the usual one; undefined when there is no such key. */
export function answerSigner({ keys, platform }: Merchant, asked: string | undefined): PlatformSigner | undefined {
  const { publicKey } = platform === 'certificates' ? { publicKey: undefined } : keys;
  if (asked !== undefined && publicKey?.serial === asked) return publicKey;
  if (platform === 'publicKey') return asked === undefined ? publicKey : undefined;
  if (asked === undefined) return keys.currentCertificate();
  return keys.platformCertificates().find(({ serial }) => serial === asked);
}

/** The key a notification is signed with: nobody asks for one. */
export function noticeSigner({ switches }: Pick<World, 'switches'>, { keys, platform }: Merchant): PlatformSigner {
  if (platform !== 'mixed') return platform === 'publicKey' ? keys.publicKey : keys.currentCertificate();
  const { notifyWith } = switches.v3;
  const byPublicKey = notifyWith === 'alternate' ? keys.takeTurn() : notifyWith === 'publicKey';
  return byPublicKey ? keys.publicKey : keys.currentCertificate();
}
