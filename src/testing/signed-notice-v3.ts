import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { toRfc3339 } from '../core/beijing-time.js';
import { signSha256 } from '../core/crypto/rsa.js';
import { lines } from '../core/v3/message.js';
import { sealGcm } from '../simulator/crypto/seal.js';
import { toUnixSeconds } from '../util/clock.js';
import { refuseUnknownNames } from '../util/options.js';
import type { SignedNotice } from './signed-notice.js';

/**
 * A key pair that stands for WeChat Pay's. Give its public half to `createWxpay` as `platformKeys:
 * { [serial]: publicKeyPem }`.
 */
export interface PlatformKeyPair {
  serial: string;
  publicKeyPem: string;
  privateKey: KeyObject;
}

/**
 * Makes a key pair that stands for WeChat Pay's.
 *
 * @param serial the id of the public key
 * @example
 * const { serial, publicKeyPem } = platformKeyPair();
 * const wxpay = createWxpay({ ...options, v3: { ...v3, platformKeys: { [serial]: publicKeyPem } } });
 */
export function platformKeyPair(serial = 'PUB_KEY_ID_0119000001'): PlatformKeyPair {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicKeyPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  return { serial, publicKeyPem, privateKey };
}

/** The merchant that a notification is for, as the shop's own `createWxpay` knows it. */
export interface NoticeMerchantV3 {
  appid: string;
  mchid: string;
  apiV3Key: string;
  platform: PlatformKeyPair;
}

/** Changes to a notification before it is sealed and signed. */
export interface NoticeChangesV3 {
  /** Replaces fields of the sealed transaction; `undefined` leaves one out. */
  resource?: Record<string, unknown>;
  /** The kind of the event. @default 'TRANSACTION.SUCCESS' */
  event_type?: string;
  /** When it is signed, in milliseconds. @default Date.now() */
  now?: number;
}

/**
 * Makes a payment notification of API v3, sealed and signed as WeChat Pay does it, for a shop's own
 * tests.
 *
 * @param payment `total` is in fen
 * @throws {TypeError} for a name that `changes` does not have
 * @example
 * const merchant = { appid, mchid, apiV3Key, platform: platformKeyPair() };
 * const { body, headers } = signedNoticeV3(merchant, { out_trade_no, total: 1990 });
 * await fetch(notifyUrl, { method: 'POST', body, headers });
 */
export function signedNoticeV3(
  { appid, mchid, apiV3Key, platform }: NoticeMerchantV3,
  payment: { out_trade_no: string; total: number; transaction_id?: string; openid?: string },
  changes: NoticeChangesV3 = {},
): SignedNotice {
  refuseUnknownNames('signedNoticeV3', changes, ['resource', 'event_type', 'now']);
  const { resource = {}, event_type = 'TRANSACTION.SUCCESS', now = Date.now() } = changes;
  const {
    out_trade_no,
    total,
    transaction_id = '4200001234202601011234567890',
    openid = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
  } = payment;
  const transaction = {
    appid,
    mchid,
    out_trade_no,
    transaction_id,
    trade_type: 'JSAPI',
    trade_state: 'SUCCESS',
    trade_state_desc: '支付成功',
    bank_type: 'OTHERS',
    success_time: toRfc3339(new Date(now)),
    payer: { openid },
    amount: { total, payer_total: total, currency: 'CNY', payer_currency: 'CNY' },
    ...resource,
  };
  const body = JSON.stringify(envelope(event_type, transaction, apiV3Key, now));
  const nonce = randomBytes(16).toString('hex');
  const timestamp = String(toUnixSeconds(now));
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': nonce,
      'wechatpay-serial': platform.serial,
      'wechatpay-signature': signSha256(platform.privateKey, lines(timestamp, nonce, body)),
    },
  };
}

function envelope(event_type: string, resource: object, apiV3Key: string, now: number): object {
  const original_type = event_type.startsWith('REFUND.') ? 'refund' : 'transaction';
  const nonce = randomBytes(6).toString('hex');
  const sealed = sealGcm(Buffer.from(apiV3Key), nonce, original_type, JSON.stringify(resource));
  return {
    id: `EV-${randomBytes(10).toString('hex')}`,
    create_time: toRfc3339(new Date(now)),
    event_type,
    resource_type: 'encrypt-resource',
    summary: event_type,
    resource: {
      original_type,
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: sealed.toString('base64'),
      associated_data: original_type,
      nonce,
    },
  };
}
