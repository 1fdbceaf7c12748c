import { type SignTypeV2, signV2 } from '../core/v2/sign.js';
import { writeXml } from '../core/v2/xml/write.js';
import type { SignedNotice } from './signed-notice.js';

/** The merchant that a notification is for, as the shop's own `createWxpay` knows it. */
export interface NoticeMerchantV2 {
  appid: string;
  mchid: string;
  /** The APIv2 key. */
  key: string;
  /** The algorithm of the signature. @default 'MD5' */
  signType?: SignTypeV2;
}

/**
 * Makes a payment notification of API v2, signed as WeChat Pay signs it, for a shop's own tests.
 *
 * @param payment `total` is in fen
 * @param fields replaces or adds fields before signing; `undefined` leaves one out
 * @example
 * const { body, headers } = signedNoticeV2({ appid, mchid, key }, { out_trade_no, total: 1990 });
 * await fetch(notifyUrl, { method: 'POST', body, headers });
 */
export function signedNoticeV2(
  { appid, mchid, key, signType = 'MD5' }: NoticeMerchantV2,
  payment: { out_trade_no: string; total: number; transaction_id?: string; openid?: string },
  fields: Record<string, string | undefined> = {},
): SignedNotice {
  const {
    out_trade_no,
    total,
    transaction_id = '4200001234202601011234567890',
    openid = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
  } = payment;
  const all: Record<string, string | undefined> = {
    appid,
    bank_type: 'OTHERS',
    cash_fee: String(total),
    fee_type: 'CNY',
    is_subscribe: 'N',
    mch_id: mchid,
    nonce_str: '5d2b6c2a8db53831f7eda20af46e531c',
    openid,
    out_trade_no,
    result_code: 'SUCCESS',
    return_code: 'SUCCESS',
    sign_type: signType === 'MD5' ? undefined : signType,
    time_end: '20260101123456',
    total_fee: String(total),
    trade_type: 'JSAPI',
    transaction_id,
    ...fields,
  };
  const given = new Map(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
  if (!given.has('sign')) given.set('sign', signV2(given, key, signType));
  return { body: writeXml(given), headers: { 'content-type': 'text/xml' } };
}
