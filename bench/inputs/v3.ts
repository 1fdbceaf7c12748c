import { createCipheriv, createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { LoadRequest } from '../servers/load.js';
import type { Merchant } from './merchant.js';
import { OPENID, TOTAL, tradeNo, transactionId } from './order.js';

/** A notification of API v3 as it arrives, with its headers in both forms that Node offers. */
export interface NotificationV3 {
  body: Buffer;
  headers: Record<string, string>;
  headersDistinct: Record<string, string[]>;
}

function notification(body: Buffer, headers: Record<string, string>): NotificationV3 {
  const distinct = Object.entries(headers).map(([name, value]) => [name, [value]]);
  return { body, headers, headersDistinct: Object.fromEntries(distinct) };
}

/** Signed here with node:crypto alone, so that no candidate judges its own work. */
export function signV3(
  serial: string,
  key: KeyObject,
  body: Buffer | string,
  timestamp = Math.floor(Date.now() / 1_000),
) {
  const nonce = randomBytes(16).toString('hex');
  const message = Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), Buffer.from(body), Buffer.from('\n')]);
  return {
    'wechatpay-timestamp': String(timestamp),
    'wechatpay-nonce': nonce,
    'wechatpay-serial': serial,
    'wechatpay-signature': sign('sha256', message, key).toString('base64'),
  };
}

const transactionOf = ({ appid, mchid }: Merchant, n: number): object => ({
  appid,
  mchid,
  out_trade_no: tradeNo(n),
  transaction_id: transactionId(n),
  trade_type: 'JSAPI',
  trade_state: 'SUCCESS',
  trade_state_desc: '支付成功',
  bank_type: 'OTHERS',
  attach: '支付测试',
  success_time: '2026-01-01T10:34:56+08:00',
  payer: { openid: OPENID },
  amount: { total: TOTAL, payer_total: TOTAL, currency: 'CNY', payer_currency: 'CNY' },
});

function envelopeOf(apiV3Key: string, transaction: object): Buffer {
  const nonce = randomBytes(6).toString('hex');
  const cipher = createCipheriv('aes-256-gcm', apiV3Key, nonce, { authTagLength: 16 });
  cipher.setAAD(Buffer.from('transaction'));
  const sealed = [cipher.update(JSON.stringify(transaction)), cipher.final(), cipher.getAuthTag()];
  const resource = {
    original_type: 'transaction',
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: Buffer.concat(sealed).toString('base64'),
    associated_data: 'transaction',
    nonce,
  };
  return Buffer.from(
    JSON.stringify({
      id: randomBytes(16).toString('hex'),
      create_time: '2026-01-01T10:34:57+08:00',
      resource_type: 'encrypt-resource',
      event_type: 'TRANSACTION.SUCCESS',
      summary: '支付成功',
      resource,
    }),
  );
}

/** Payment notifications as they arrive; they verify for five minutes. */
export function notificationsV3(merchant: Merchant, count: number): NotificationV3[] {
  const { serial, privateKey } = merchant.platform;
  const key = createPrivateKey(privateKey);
  return Array.from({ length: count }, (_, n) => {
    const body = envelopeOf(merchant.apiV3Key, transactionOf(merchant, n));
    return notification(body, { 'content-type': 'application/json', ...signV3(serial, key, body) });
  });
}

/** Notifications that must be refused, by what is wrong with them. */
export function forgedV3(merchant: Merchant): Record<string, NotificationV3> {
  const { apiV3Key, platform } = merchant;
  const key = createPrivateKey(platform.privateKey);
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const body = envelopeOf(apiV3Key, transactionOf(merchant, 0));
  const now = Math.floor(Date.now() / 1_000);
  const signedBy = (signer: KeyObject, content = body, { serial = platform.serial, time = now } = {}) =>
    notification(content, { 'content-type': 'application/json', ...signV3(serial, signer, content, time) });
  const genuine = signedBy(key);
  const probe = `WECHATPAY/SIGNTEST/${genuine.headers['wechatpay-signature']}`;
  return {
    stale: signedBy(key, body, { time: now - 3_600 }),
    'unknown serial': signedBy(key, body, { serial: 'PUB_KEY_ID_0000000000000000' }),
    'wrong signature': notification(body, { ...genuine.headers, 'wechatpay-signature': probe }),
    'wrong key': signedBy(other),
    altered: { ...genuine, body: Buffer.from(body.toString().replace('TRANSACTION.SUCCESS', 'TRANSACTION.CLOSED_')) },
    'another merchant': signedBy(key, envelopeOf(apiV3Key, transactionOf({ ...merchant, mchid: '1900000110' }, 0))),
    'sealed with another key': signedBy(key, envelopeOf(randomBytes(16).toString('hex'), transactionOf(merchant, 0))),
  };
}

/** As it is posted to a shop. */
export const postV3 = ({ body, headers }: NotificationV3): LoadRequest => ({
  method: 'POST',
  path: '/',
  headers,
  body,
});
