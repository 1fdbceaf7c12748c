import { defined, present } from '../../util/absent.js';
import { accountOf } from '../accounts.js';
import { toRfc3339 } from '../beijing-time.js';
import { WxpayError } from '../errors.js';
import { APPID, CURRENCY, OUT_TRADE_NO, TRANSACTION_ID } from '../ids.js';
import { fen, isObject, type JsonObject, looseFen, looseText, object, optionalText, text } from '../json.js';
import { type PlaceableOrder, WEB_PAGE } from '../order-rules.js';
import type { PaymentRef } from '../refund.js';
import { checkTexts } from '../text-limits.js';
import type { PayType, Promotion, Transaction } from '../vocabulary.js';
import { type Call, isPartner, type MerchantV3, mchids, query } from './merchant.js';

/** The payer: an openid is required for `jsapi`, and an address for `h5`. */
export interface FromV3 {
  openid?: string | undefined;
  clientIp?: string | undefined;
}

const base = (merchant: MerchantV3): string =>
  isPartner(merchant) ? '/v3/pay/partner/transactions' : '/v3/pay/transactions';

/**
 * Builds the request that places an order.
 *
 * @throws {WxpayError} `ERR_WXPAY_ORDER_INVALID` for an h5 order without the payer's address or
 * `scene_info.h5_info.type`
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791856
 */
export function buildPlace(kind: PayType, order: PlaceableOrder, from: FromV3, merchant: MerchantV3): Call {
  const { out_trade_no, description, attach, goods_tag, detail, support_fapiao, settle_info, limit_pay } = order;
  const { total, currency = 'CNY' } = order.amount;
  const account = accountOf(merchant, order);
  const body = present({
    ...merchantOf({ ...merchant, ...account }),
    description,
    out_trade_no,
    time_expire: order.time_expire && toRfc3339(order.time_expire),
    attach,
    notify_url: merchant.notifyUrl,
    goods_tag,
    support_fapiao,
    amount: { total, currency },
    payer: kind === 'jsapi' ? payerOf({ ...merchant, ...account }, from) : undefined,
    detail,
    scene_info: sceneOf(kind, order, from),
    settle_info,
    limit_pay,
  });
  checkTexts('v3', body, 'ERR_WXPAY_ORDER_INVALID');
  return { operation: `the ${kind} order`, method: 'POST', path: `${base(merchant)}/${kind}`, body };
}

const merchantOf = (merchant: MerchantV3): object => {
  const { appid, mchid, sub_appid, sub_mchid } = merchant;
  return isPartner(merchant) ? present({ sp_appid: appid, sp_mchid: mchid, sub_appid, sub_mchid }) : { appid, mchid };
};

// An openid belongs to one appid: the users of sub_appid are known by sub_openid.
const payerOf = (merchant: MerchantV3, { openid }: FromV3): object => {
  if (!isPartner(merchant)) return { openid };
  return merchant.sub_appid === undefined ? { sp_openid: openid } : { sub_openid: openid };
};

function sceneOf(kind: PayType, order: PlaceableOrder, { clientIp }: FromV3): object | undefined {
  const { h5_info = WEB_PAGE, ...scene } = order.scene_info ?? {};
  if (kind === 'h5') {
    if (!clientIp || !h5_info.type) {
      const missing = clientIp ? '"scene_info.h5_info.type"' : "the payer's clientIp";
      throw new WxpayError('ERR_WXPAY_ORDER_INVALID', `an h5 order needs ${missing}`);
    }
    return { payer_client_ip: clientIp, ...scene, h5_info };
  }
  if (clientIp) return { payer_client_ip: clientIp, ...scene };
  // Without the payer's address WeChat refuses the whole scene_info.
  const [unsent] = Object.keys(scene);
  if (unsent === undefined) return undefined;
  throw new WxpayError('ERR_WXPAY_ORDER_INVALID', `"scene_info.${unsent}" needs the payer's clientIp under API v3`);
}

/** Builds the request that asks for an order by one of its two numbers. */
export function buildQuery(ref: PaymentRef, merchant: MerchantV3): Call {
  const part =
    'transaction_id' in ref
      ? `id/${encodeURIComponent(ref.transaction_id)}`
      : `out-trade-no/${encodeURIComponent(ref.out_trade_no)}`;
  return { operation: 'the order query', method: 'GET', path: `${base(merchant)}/${part}?${query(mchids(merchant))}` };
}

/** Builds the request that closes an unpaid order. WeChat answers 204. */
export function buildClose(out_trade_no: string, merchant: MerchantV3): Call {
  const path = `${base(merchant)}/out-trade-no/${encodeURIComponent(out_trade_no)}/close`;
  return { operation: 'closing the order', method: 'POST', path, body: mchids(merchant) };
}

/**
 * Reads the transaction of a query or a notification. The merchant is checked elsewhere.
 *
 * @throws {FieldFault} when a field that decides about money is missing or malformed
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791858
 */
export function readTransaction(value: JsonObject, { appid, mchid, sub_mchid }: MerchantV3): Transaction {
  return defined({
    appid: looseText(value, sub_mchid === undefined ? 'appid' : 'sp_appid', APPID) ?? appid,
    mchid,
    sub_appid: looseText(value, 'sub_appid', APPID),
    sub_mchid,
    out_trade_no: text(value, 'out_trade_no', OUT_TRADE_NO),
    trade_state: text(value, 'trade_state'),
    trade_state_desc: looseText(value, 'trade_state_desc'),
    transaction_id: optionalText(value, 'transaction_id', TRANSACTION_ID),
    trade_type: looseText(value, 'trade_type'),
    bank_type: looseText(value, 'bank_type'),
    attach: looseText(value, 'attach'),
    success_time: looseText(value, 'success_time'),
    payer: isObject(value.payer) ? payerIn(value.payer) : undefined,
    amount: value.amount === undefined ? undefined : amountIn(object(value, 'amount')),
    promotion_detail: promotionsIn(value.promotion_detail),
  }) as Transaction;
}

const payerIn = (payer: JsonObject) =>
  defined({
    openid: looseText(payer, 'openid') ?? looseText(payer, 'sp_openid'),
    sub_openid: looseText(payer, 'sub_openid'),
  });

const amountIn = (amount: JsonObject) =>
  defined({
    total: fen(amount, 'total', 'amount/'),
    payer_total: looseFen(amount, 'payer_total'),
    currency: optionalText(amount, 'currency', CURRENCY, 'amount/') ?? 'CNY',
    payer_currency: looseText(amount, 'payer_currency', CURRENCY),
  });

function promotionsIn(value: unknown): Promotion[] | undefined {
  const areCoupons =
    Array.isArray(value) &&
    value.every((one) => isObject(one) && typeof one.coupon_id === 'string' && looseFen(one, 'amount') !== undefined);
  return areCoupons ? value : undefined;
}
