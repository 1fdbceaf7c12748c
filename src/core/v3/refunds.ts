import { defined, present } from '../../util/absent.js';
import { CURRENCY, OUT_REFUND_NO, OUT_TRADE_NO, REFUND_ID, TRANSACTION_ID } from '../ids.js';
import { FieldFault, fen, type JsonObject, looseFen, looseText, object, optionalText, text } from '../json.js';
import { type CheckedAbnormalRefund, type CheckedRefund, paymentOf } from '../refund.js';
import { checkTexts } from '../text-limits.js';
import type { Refund } from '../vocabulary.js';
import { type Call, type MerchantV3, query } from './merchant.js';

const BASE = '/v3/refund/domestic/refunds';

/**
 * Builds the request that refunds.
 *
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791862
 */
export function buildRefund(request: CheckedRefund, { sub_mchid, refundNotifyUrl }: MerchantV3): Call {
  const { out_refund_no, reason, funds_account, goods_detail } = request;
  const { refund, total, currency = 'CNY', from } = request.amount;
  const body = present({
    sub_mchid,
    ...paymentOf(request),
    out_refund_no,
    reason,
    // Always sent: without it WeChat reports the outcome to the platform's default address, as a v2
    // message.
    notify_url: request.notify_url ?? refundNotifyUrl,
    funds_account,
    amount: present({ refund, total, currency, from }),
    goods_detail,
  });
  checkTexts('v3', body, 'ERR_WXPAY_REFUND_INVALID');
  return { operation: 'the refund', method: 'POST', path: BASE, body };
}

/**
 * Builds the request that asks for a refund.
 *
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791863
 */
export function buildRefundQuery(out_refund_no: string, { sub_mchid }: MerchantV3): Call {
  const path = `${BASE}/${encodeURIComponent(out_refund_no)}${sub_mchid === undefined ? '' : `?${query({ sub_mchid })}`}`;
  return { operation: 'the refund query', method: 'GET', path };
}

/**
 * Builds the request that sends the money of an `ABNORMAL` refund another way.
 *
 * @param seal encrypts to the platform key that the request's `Wechatpay-Serial` names
 */
export function buildAbnormalRefund(
  request: CheckedAbnormalRefund,
  { sub_mchid }: MerchantV3,
  seal: (text: string) => string,
): Call {
  const { refund_id, out_refund_no, type, bank_type, bank_account, real_name } = request;
  const body = present({
    sub_mchid,
    out_refund_no,
    type,
    bank_type,
    bank_account: bank_account === undefined ? undefined : seal(bank_account),
    real_name: real_name === undefined ? undefined : seal(real_name),
  });
  const path = `${BASE}/${encodeURIComponent(refund_id)}/apply-abnormal-refund`;
  return { operation: 'the abnormal refund', method: 'POST', path, body };
}

/**
 * Reads the refund of an answer or a notification. The merchant is checked elsewhere.
 *
 * @throws {FieldFault} when a field that decides about money is missing or malformed
 */
export function readRefund(value: JsonObject, { mchid, sub_mchid }: MerchantV3): Refund {
  return defined({
    mchid,
    sub_mchid,
    out_trade_no: text(value, 'out_trade_no', OUT_TRADE_NO),
    transaction_id: text(value, 'transaction_id', TRANSACTION_ID),
    out_refund_no: text(value, 'out_refund_no', OUT_REFUND_NO),
    refund_id: text(value, 'refund_id', REFUND_ID),
    // Answers name it "status", notifications "refund_status".
    status: text(value, looseText(value, 'refund_status') === undefined ? 'status' : 'refund_status'),
    success_time: looseText(value, 'success_time'),
    create_time: looseText(value, 'create_time'),
    channel: looseText(value, 'channel'),
    user_received_account: looseText(value, 'user_received_account'),
    amount: amountIn(object(value, 'amount')),
  }) as Refund;
}

function amountIn(amount: JsonObject) {
  const refund = fen(amount, 'refund', 'amount/');
  const total = fen(amount, 'total', 'amount/');
  if (refund > total) throw new FieldFault('amount/refund');
  return defined({
    refund,
    total,
    payer_refund: looseFen(amount, 'payer_refund'),
    payer_total: looseFen(amount, 'payer_total'),
    currency: optionalText(amount, 'currency', CURRENCY, 'amount/') ?? 'CNY',
  });
}
