import { createHash, randomBytes } from 'node:crypto';
import type { LoadRequest } from '../servers/load.js';
import type { Merchant } from './merchant.js';
import { OPENID, TOTAL, tradeNo, transactionId } from './order.js';

type Fields = Record<string, string>;

/** Signed here with node:crypto alone, so that no candidate judges its own work. */
export function signV2(fields: Fields, key: string): string {
  const names = Object.keys(fields).filter((name) => name !== 'sign' && fields[name] !== '');
  const text = `${names
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .join('&')}&key=${key}`;
  return createHash('md5').update(text).digest('hex').toUpperCase();
}

const xmlOf = (fields: Fields): string =>
  `<xml>${Object.entries(fields)
    .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>\n`)
    .join('')}</xml>`;

export const signedXml = (fields: Fields, key: string): Buffer =>
  Buffer.from(xmlOf({ ...fields, sign: signV2(fields, key) }));

/** The fields of the payment notification that the documentation prints. */
export const paymentFields = ({ appid, mchid }: Merchant, n: number): Fields => ({
  appid,
  attach: '支付测试',
  bank_type: 'CFT',
  fee_type: 'CNY',
  is_subscribe: 'Y',
  mch_id: mchid,
  nonce_str: randomBytes(16).toString('hex'),
  openid: OPENID,
  out_trade_no: tradeNo(n),
  result_code: 'SUCCESS',
  return_code: 'SUCCESS',
  time_end: '20260131103456',
  total_fee: String(TOTAL),
  cash_fee: String(TOTAL),
  trade_type: 'JSAPI',
  transaction_id: transactionId(n),
});

/** Payment notifications as they arrive. */
export const notificationsV2 = (merchant: Merchant, count: number): Buffer[] =>
  Array.from({ length: count }, (_, n) => signedXml(paymentFields(merchant, n), merchant.v2Key));

/** A genuine notification with that many fields. */
export function wideNotificationV2(merchant: Merchant, fields: number): Buffer {
  const base = paymentFields(merchant, 0);
  const more = Array.from({ length: fields - Object.keys(base).length - 1 }, (_, n) => [
    `coupon_note_${n}`,
    `text ${n}`,
  ]);
  return signedXml({ ...base, ...Object.fromEntries(more) }, merchant.v2Key);
}

/** Notifications that must be refused, by what is wrong with them. */
export function forgedV2(merchant: Merchant): Record<string, Buffer> {
  const fields = paymentFields(merchant, 0);
  const { v2Key } = merchant;
  const text = signedXml(fields, v2Key).toString();
  return {
    altered: Buffer.from(text.replace(`CDATA[${TOTAL}]`, 'CDATA[1]')),
    'wrong key': signedXml(fields, randomBytes(16).toString('hex')),
    '150 fields with a wrong signature': Buffer.from(
      wideNotificationV2(merchant, 150).toString().replace(`CDATA[${TOTAL}]`, 'CDATA[1]'),
    ),
    'another merchant': signedXml({ ...fields, mch_id: '1900000110' }, v2Key),
    'a field twice': Buffer.from(text.replace('</xml>', `<total_fee>${TOTAL}</total_fee></xml>`)),
    'a DOCTYPE': Buffer.from(`<!DOCTYPE xml [<!ENTITY a "b">]>${text}`),
    truncated: Buffer.from(text.slice(0, -20)),
    'bytes that are not UTF-8': Buffer.concat([
      Buffer.from(text.slice(0, text.indexOf('支付测试'))),
      Buffer.from([0xff]),
      Buffer.from(text.slice(text.indexOf('支付测试'))),
    ]),
  };
}

/** As it is posted to a shop. */
export const postV2 = (body: Buffer): LoadRequest => ({
  method: 'POST',
  path: '/',
  headers: { 'content-type': 'text/xml' },
  body,
});
