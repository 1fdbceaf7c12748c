import Pay from 'wechatpay-node-v3';
import type { Merchant } from '../inputs/merchant.js';
import { freshNonce } from './nonce.js';
import type { PageParams, WorkV3 } from './work.js';

/** Opens what the package keeps protected, and nothing else. */
export class OpenPay extends Pay {
  static trust(serial: string, publicKey: string): void {
    Pay.certificates = { [serial]: publicKey };
  }

  override buildAuthorization(method: string, url: string, params?: Record<string, unknown>): string {
    return super.buildAuthorization(method, url, params);
  }

  override sign(text: string): string {
    return super.sign(text);
  }
}

export function createPay({ appid, mchid, serial_no, privateKey, publicKey, apiV3Key, platform }: Merchant): OpenPay {
  OpenPay.trust(platform.serial, platform.publicKey);
  return new OpenPay({
    appid,
    mchid,
    serial_no,
    publicKey: Buffer.from(publicKey),
    privateKey: Buffer.from(privateKey),
    key: apiV3Key,
  });
}

/** wechatpay-node-v3 as its README uses it. */
export function nodeV3(merchant: Merchant): WorkV3 {
  const pay = createPay(merchant);
  // It looks for an unknown serial at WeChat Pay, which a benchmark must not ask.
  const noCertificates = async () => ({ status: 200, data: { data: [] } });
  pay.createHttp({ get: noCertificates, post: noCertificates, upload: noCertificates });
  return {
    name: 'wechatpay-node-v3',
    async readNotification({ body, headers }) {
      const text = body.toString();
      const verified = await pay.verifySign({
        timestamp: headers['wechatpay-timestamp'] ?? '',
        nonce: headers['wechatpay-nonce'] ?? '',
        serial: headers['wechatpay-serial'] ?? '',
        signature: headers['wechatpay-signature'] ?? '',
        body: text,
        apiSecret: merchant.apiV3Key,
      });
      if (!verified) throw new Error('wrong signature');
      const { ciphertext, associated_data, nonce } = JSON.parse(text).resource;
      const payment = pay.decipher_gcm(ciphertext, associated_data, nonce, merchant.apiV3Key) as {
        out_trade_no: string;
        transaction_id: string;
        amount: { total: number };
      };
      const { out_trade_no, transaction_id, amount } = payment;
      return { out_trade_no, transaction_id, total: amount.total };
    },
    authorization: ({ path, body }) =>
      pay.buildAuthorization('POST', `https://api.mch.weixin.qq.com${path}`, JSON.parse(body)),
    pageParams(prepay_id): PageParams {
      const params = {
        appId: merchant.appid,
        timeStamp: String(Math.floor(Date.now() / 1_000)),
        nonceStr: freshNonce(),
        package: `prepay_id=${prepay_id}`,
      };
      const paySign = pay.sign(`${params.appId}\n${params.timeStamp}\n${params.nonceStr}\n${params.package}\n`);
      return { ...params, signType: 'RSA', paySign };
    },
  };
}
