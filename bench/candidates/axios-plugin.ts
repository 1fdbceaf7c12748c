import { createPublicKey } from 'node:crypto';
import { Aes, Formatter, Hash, Rsa, Transformer } from 'wechatpay-axios-plugin';
import type { Merchant } from '../inputs/merchant.js';
import { CLIENT_IP, OPENID } from '../inputs/order.js';
import { freshNonce } from './nonce.js';
import type { PageParams, WorkV2, WorkV3 } from './work.js';

/** The fields of `/pay/unifiedorder`, as its users write them. */
export const orderFields = ({ appid, mchid, notifyUrl }: Merchant, out_trade_no: string, total: number) => ({
  appid,
  mch_id: mchid,
  body: '一碗面',
  attach: 'table 7',
  out_trade_no,
  fee_type: 'CNY',
  total_fee: total,
  spbill_create_ip: CLIENT_IP,
  time_expire: '20300131103456',
  notify_url: notifyUrl,
  trade_type: 'JSAPI',
  openid: OPENID,
});

/** wechatpay-axios-plugin as its README uses it: XML to an object, its signature made again and compared. */
export function axiosPluginV2(merchant: Merchant): WorkV2 {
  const { appid, v2Key } = merchant;
  return {
    name: 'wechatpay-axios-plugin',
    readNotification(body) {
      const fields = Transformer.toObject(body.toString()) as Record<string, string>;
      if (!Hash.equals(Hash.sign('MD5', fields, v2Key), fields.sign)) throw new Error('not signed with the key');
      const { out_trade_no = '', transaction_id = '' } = fields;
      return { out_trade_no, transaction_id, total: Number(fields.total_fee) };
    },
    buildOrder({ out_trade_no, amount }) {
      const fields = { ...orderFields(merchant, out_trade_no, amount.total), nonce_str: freshNonce() };
      return Transformer.toXml({ ...fields, sign: Hash.sign('MD5', fields, v2Key) });
    },
    pageParams(prepay_id): PageParams {
      const params = {
        appId: appid,
        timeStamp: String(Formatter.timestamp()),
        nonceStr: freshNonce(),
        package: `prepay_id=${prepay_id}`,
        signType: 'MD5',
      };
      return { ...params, paySign: Hash.sign('MD5', params, v2Key) };
    },
  };
}

export function axiosPluginV3(merchant: Merchant): WorkV3 {
  const { appid, mchid, serial_no, apiV3Key, platform } = merchant;
  const privateKey = Rsa.from(merchant.privateKey, 'private');
  const keys = new Map([[platform.serial, createPublicKey(platform.publicKey)]]);
  return {
    name: 'wechatpay-axios-plugin',
    readNotification({ body, headers }) {
      const { 'wechatpay-timestamp': timestamp = '', 'wechatpay-nonce': nonce = '' } = headers;
      const { 'wechatpay-serial': serial = '', 'wechatpay-signature': signature = '' } = headers;
      const key = keys.get(serial);
      const text = body.toString();
      if (!(Math.abs(Formatter.timestamp() - Number(timestamp)) <= 300) || !key)
        throw new Error('stale, or unknown serial');
      if (!Rsa.verify(Formatter.response(timestamp, nonce, text), signature, key)) throw new Error('wrong signature');
      const { resource } = JSON.parse(text);
      const { ciphertext, nonce: iv, associated_data } = resource;
      const payment = JSON.parse(Aes.AesGcm.decrypt(ciphertext, apiV3Key, iv, associated_data));
      const { out_trade_no, transaction_id, amount } = payment;
      return { out_trade_no, transaction_id, total: amount.total };
    },
    authorization({ path, body }) {
      const [nonce, timestamp] = [freshNonce(), Formatter.timestamp()];
      const signature = Rsa.sign(Formatter.request('POST', path, timestamp, nonce, body), privateKey);
      return Formatter.authorization(mchid, nonce, signature, timestamp, serial_no);
    },
    pageParams(prepay_id): PageParams {
      const params = {
        appId: appid,
        timeStamp: String(Formatter.timestamp()),
        nonceStr: freshNonce(),
        package: `prepay_id=${prepay_id}`,
      };
      const { appId, timeStamp, nonceStr } = params;
      const paySign = Rsa.sign(Formatter.joinedByLineFeed(appId, timeStamp, nonceStr, params.package), privateKey);
      return { ...params, signType: 'RSA', paySign };
    },
  };
}
