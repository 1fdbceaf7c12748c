import { signSha256 } from '../../core/crypto/rsa.js';
import { lines } from '../../core/v3/message.js';
import { MINUTE, toUnixSeconds } from '../../util/clock.js';
import type { Merchant } from '../accounts/merchant.js';
import type { PlatformSigner } from '../accounts/platform-certificates.js';
import { foreignKey } from '../crypto/rsa-keys.js';
import type { AnswerSignature } from '../http/request-log.js';
import { letters, type Random } from '../random.js';
import type { ApiFault } from '../scenarios/api-faults.js';
import type { V3Switches } from '../scenarios/v3.js';

const STALE = 10 * MINUTE;

/** The headers that sign a message, and what they cover. */
export interface Signed {
  headers: Record<string, string | string[]>;
  /** Absent when the headers were left out. */
  signature?: AnswerSignature;
}

/**
 * Signs `body`, with the faults that are asked for.
 *
 * @param options.now the time of the signature, in Unix milliseconds
 */
export function signMessage(
  { now, random }: { now: number; random: Random },
  signer: PlatformSigner,
  body: string | Buffer,
  fault: ApiFault = {},
): Signed {
  if (fault.missingHeaders) return { headers: {} };
  const { serial, privateKey } = fault.unknownSerial ? unknownSigner() : signer;
  const time = now - (fault.staleTimestamp ? STALE : 0);
  const timestamp = String(toUnixSeconds(time));
  const nonce = letters(random, 32);
  const key = fault.badSignature ? unknownSigner().privateKey : privateKey;
  const signature = fault.signTest
    ? `WECHATPAY/SIGNTEST/${random(237).toString('base64')}`
    : signSha256(key, lines(timestamp, nonce), body, '\n');
  const headers = {
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Signature': signature,
    'Wechatpay-Serial': serial,
    'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
  };
  const signed = { serial, message: lines(timestamp, nonce, String(body)), signature };
  if (!fault.duplicateHeaders) return { headers, signature: signed };
  const twice = Object.entries(headers).map(([name, value]) => [name, [value, value]]);
  return { headers: Object.fromEntries(twice), signature: signed };
}

const unknownSigner = (): PlatformSigner => ({
  serial: '5FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF',
  privateKey: foreignKey(),
});

/** Serials are hexadecimal numbers, which some SDKs write in lower case. */
export const sameSerial = (a: string, b: string): boolean => a.toUpperCase() === b.toUpperCase();

/**
 * The key that signs an answer: the one whose serial is asked for, or the usual one.
 *
 * @returns `undefined` when there is no key with that serial
 */
export function answerSigner(
  { keys, platform }: Merchant,
  serial: string | undefined,
): PlatformSigner | undefined {
  const publicKey = platform === 'certificates' ? undefined : keys.publicKey;
  if (serial !== undefined && publicKey && sameSerial(publicKey.serial, serial)) return publicKey;
  if (platform === 'publicKey') return serial === undefined ? publicKey : undefined;
  if (serial === undefined) return keys.currentCertificate();
  return keys.platformCertificates().find((certificate) => sameSerial(certificate.serial, serial));
}

/** The key that signs a notification, or a key of the other kind. */
export function notificationSigner(
  { notifyWith }: Pick<V3Switches, 'notifyWith'>,
  { keys, platform }: Merchant,
  otherKind = false,
): PlatformSigner {
  const byPublicKey =
    platform === 'mixed'
      ? notifyWith === 'alternate'
        ? keys.alternate()
        : notifyWith === 'publicKey'
      : platform === 'publicKey';
  return byPublicKey !== otherKind ? keys.publicKey : keys.currentCertificate();
}
