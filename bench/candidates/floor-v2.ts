import { hash, timingSafeEqual } from 'node:crypto';
import type { Merchant } from '../inputs/merchant.js';
import { type BenchOrder, CLIENT_IP, OPENID } from '../inputs/order.js';
import { freshNonce } from './nonce.js';
import type { PageParams, Paid, WorkV2 } from './work.js';

const NAME = /^[A-Za-z_]\w{0,63}$/;
const CDATA = '<![CDATA[';
const OUT_TRADE_NO = /^[0-9A-Za-z_\-|*@]{1,32}$/;
const TRANSACTION_ID = /^[0-9A-Za-z]{10,32}$/;
const FEN = /^[1-9]\d{0,14}$/;

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The fields of a message; nothing but fields, each once. */
export function scanXml(body: Uint8Array): Map<string, string> {
  const text = decoder.decode(body).trim();
  if (!text.startsWith('<xml>') || !text.endsWith('</xml>')) throw new Error('not one <xml>');
  const end = text.length - '</xml>'.length;
  const fields = new Map<string, string>();
  for (let at = '<xml>'.length; at < end; ) {
    if (text.charCodeAt(at) <= 0x20) {
      at++;
      continue;
    }
    const open = text.indexOf('>', at);
    const name = text.slice(at + 1, open);
    if (text[at] !== '<' || !NAME.test(name) || fields.has(name)) throw new Error('not a field, or a field twice');
    const isCdata = text.startsWith(CDATA, open + 1);
    const start = open + 1 + (isCdata ? CDATA.length : 0);
    const stop = text.indexOf(isCdata ? ']]>' : '<', start);
    const close = isCdata ? stop + 3 : stop;
    const value = text.slice(start, stop);
    if (stop < 0 || !text.startsWith(`</${name}>`, close) || (!isCdata && value.includes('&'))) {
      throw new Error('a field without an end');
    }
    fields.set(name, value);
    at = close + name.length + 3;
  }
  return fields;
}

export function md5Sign(fields: ReadonlyMap<string, string>, key: string): string {
  let text = '';
  for (const name of [...fields.keys()].sort()) {
    const value = fields.get(name);
    if (name !== 'sign' && value) text += `${name}=${value}&`;
  }
  return hash('md5', `${text}key=${key}`, 'hex').toUpperCase();
}

export function verifyMd5(fields: ReadonlyMap<string, string>, key: string): void {
  const given = Buffer.from(fields.get('sign') ?? '');
  const made = Buffer.from(md5Sign(fields, key));
  if (given.length !== made.length || !timingSafeEqual(given, made)) throw new Error('not signed with the key');
}

/** Whose it is, of what kind, in the documented formats. */
export function paidOf({ appid, mchid }: Merchant, fields: ReadonlyMap<string, string>): Paid {
  const [out_trade_no = '', transaction_id = '', total = ''] = ['out_trade_no', 'transaction_id', 'total_fee'].map(
    (name) => fields.get(name),
  );
  if (fields.get('appid') !== appid || fields.get('mch_id') !== mchid) throw new Error('another merchant');
  if (fields.get('return_code') !== 'SUCCESS' || fields.get('result_code') !== 'SUCCESS') throw new Error('no payment');
  if (!OUT_TRADE_NO.test(out_trade_no) || !TRANSACTION_ID.test(transaction_id) || !FEN.test(total)) {
    throw new Error('malformed');
  }
  return { out_trade_no, transaction_id, total: Number(total) };
}

const compact = (date: Date): string =>
  new Date(date.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace(/\D/g, '');

/**
 * The limit of API v2: the same cryptography and the least code around it that is still safe, written for this merchant and these
 * messages alone. Names are sorted by hand, and no field is optional.
 */
export function floorV2(merchant: Merchant): WorkV2 {
  const { appid, mchid, notifyUrl, v2Key } = merchant;
  return {
    name: 'hand-written',
    readNotification(body) {
      const fields = scanXml(body);
      verifyMd5(fields, v2Key);
      return paidOf(merchant, fields);
    },
    buildOrder(order: BenchOrder) {
      const { attach, description, out_trade_no, amount } = order;
      const nonce_str = freshNonce();
      const expire = compact(order.time_expire);
      const text = `appid=${appid}&attach=${attach}&body=${description}&fee_type=CNY&mch_id=${mchid}&nonce_str=${nonce_str}&notify_url=${notifyUrl}&openid=${OPENID}&out_trade_no=${out_trade_no}&spbill_create_ip=${CLIENT_IP}&time_expire=${expire}&total_fee=${amount.total}&trade_type=JSAPI&key=${v2Key}`;
      const sign = hash('md5', text, 'hex').toUpperCase();
      return `<xml><appid><![CDATA[${appid}]]></appid><mch_id><![CDATA[${mchid}]]></mch_id><nonce_str><![CDATA[${nonce_str}]]></nonce_str><body><![CDATA[${description}]]></body><attach><![CDATA[${attach}]]></attach><out_trade_no><![CDATA[${out_trade_no}]]></out_trade_no><fee_type><![CDATA[CNY]]></fee_type><total_fee>${amount.total}</total_fee><spbill_create_ip><![CDATA[${CLIENT_IP}]]></spbill_create_ip><time_expire><![CDATA[${expire}]]></time_expire><notify_url><![CDATA[${notifyUrl}]]></notify_url><trade_type><![CDATA[JSAPI]]></trade_type><openid><![CDATA[${OPENID}]]></openid><sign><![CDATA[${sign}]]></sign></xml>`;
    },
    pageParams(prepay_id): PageParams {
      const timeStamp = String(Math.floor(Date.now() / 1_000));
      const nonceStr = freshNonce();
      const pkg = `prepay_id=${prepay_id}`;
      const text = `appId=${appid}&nonceStr=${nonceStr}&package=${pkg}&signType=MD5&timeStamp=${timeStamp}&key=${v2Key}`;
      const paySign = hash('md5', text, 'hex').toUpperCase();
      return { appId: appid, timeStamp, nonceStr, package: pkg, signType: 'MD5', paySign };
    },
  };
}
