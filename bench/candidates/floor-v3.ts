import { createDecipheriv, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { Merchant } from '../inputs/merchant.js';
import type { NotificationV3 } from '../inputs/v3.js';
import { freshNonce } from './nonce.js';
import type { PageParams, Paid, WorkV3 } from './work.js';

const OUT_TRADE_NO = /^[0-9A-Za-z_\-|*@]{1,32}$/;
const TRANSACTION_ID = /^[0-9A-Za-z]{10,32}$/;
const LINE_FEED = Buffer.from('\n');

const decoder = new TextDecoder('utf-8', { fatal: true });

const seconds = (): number => Math.floor(Date.now() / 1_000);

export const signSha256 = (key: KeyObject, text: string): string =>
  sign('sha256', Buffer.from(text), key).toString('base64');

/** The limit of API v3: the same cryptography and the least code around it that is still safe. */
export function floorV3(merchant: Merchant): WorkV3 & { verify(notification: NotificationV3): void } {
  const { appid, mchid, serial_no, apiV3Key, platform } = merchant;
  const privateKey = createPrivateKey(merchant.privateKey);
  const platformKey = createPublicKey(platform.publicKey);
  const secret = Buffer.from(apiV3Key);

  function verifyMessage({ body, headers }: NotificationV3): void {
    const { 'wechatpay-timestamp': timestamp = '', 'wechatpay-nonce': nonce, 'wechatpay-serial': serial } = headers;
    if (!(Math.abs(seconds() - Number(timestamp)) < 300)) throw new Error('stale');
    if (serial !== platform.serial) throw new Error('unknown serial');
    const message = Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), body, LINE_FEED]);
    const signature = Buffer.from(headers['wechatpay-signature'] ?? '', 'base64');
    if (!verify('sha256', message, platformKey, signature)) throw new Error('not signed by WeChat Pay');
  }

  function open({ ciphertext, nonce, associated_data }: Record<string, string>): Buffer {
    const sealed = Buffer.from(ciphertext as string, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', secret, nonce as string, { authTagLength: 16 });
    decipher.setAAD(Buffer.from(associated_data as string)).setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  }

  return {
    name: 'hand-written',
    verify: verifyMessage,
    readNotification(notification): Paid {
      verifyMessage(notification);
      const { event_type, resource } = JSON.parse(decoder.decode(notification.body));
      if (event_type !== 'TRANSACTION.SUCCESS' || resource.algorithm !== 'AEAD_AES_256_GCM')
        throw new Error('no payment');
      const payment = JSON.parse(decoder.decode(open(resource)));
      const { out_trade_no, transaction_id, amount } = payment;
      if (payment.appid !== appid || payment.mchid !== mchid) throw new Error('another merchant');
      if (payment.trade_state !== 'SUCCESS' || !(Number.isSafeInteger(amount.total) && amount.total > 0)) {
        throw new Error('not paid');
      }
      if (!OUT_TRADE_NO.test(out_trade_no) || !TRANSACTION_ID.test(transaction_id)) throw new Error('malformed');
      return { out_trade_no, transaction_id, total: amount.total };
    },
    authorization({ path, body }) {
      const timestamp = seconds();
      const nonce_str = freshNonce();
      const signature = signSha256(privateKey, `POST\n${path}\n${timestamp}\n${nonce_str}\n${body}\n`);
      return `WECHATPAY2-SHA256-RSA2048 mchid="${mchid}",nonce_str="${nonce_str}",signature="${signature}",timestamp="${timestamp}",serial_no="${serial_no}"`;
    },
    pageParams(prepay_id): PageParams {
      const timeStamp = String(seconds());
      const nonceStr = freshNonce();
      const pkg = `prepay_id=${prepay_id}`;
      const paySign = signSha256(privateKey, `${appid}\n${timeStamp}\n${nonceStr}\n${pkg}\n`);
      return { appId: appid, timeStamp, nonceStr, package: pkg, signType: 'RSA', paySign };
    },
  };
}
